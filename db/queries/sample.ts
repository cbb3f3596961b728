import { sql } from "kysely";
import { db } from "../connection.ts";
import { refreshFollowUps } from "./follow-ups.ts";
import { undoImport } from "./import-steps.ts";
import { takeTurn } from "./turn.ts";

/** The sample's campaigns that are here, the newest first. */
export async function listSampleCampaigns() {
  return db
    .selectFrom("campaigns")
    .select(["id", "name"])
    .where("is_sample", "=", true)
    .orderBy("sent_at", "desc")
    .execute();
}

/**
 * Removes the sample's campaigns, the contacts that nothing but the sample brought, and everything on those. A contact that
 * a campaign of our own knows too stays, as it was without the sample. Batches stay as they were handed over.
 * Broken off halfway, it can be done again.
 */
export async function removeSample(removed_by: number): Promise<void> {
  const imports = await db
    .selectFrom("imports as i")
    .innerJoin("campaigns as c", "c.id", "i.campaign_id")
    .select("i.id")
    .where("c.is_sample", "=", true)
    .where("i.state", "=", "saved")
    .orderBy("i.id", "desc")
    .execute();
  // Undoing brings back what the sample changed in contacts of our own; it leaves those that somebody has worked on.
  for (const { id } of imports) await undoImport(id, removed_by);
  await db.transaction().execute(async (trx) => {
    await takeTurn(trx);
    await sql`create temp table touched_contacts (contact_id integer primary key) on commit drop`.execute(trx);
    await sql`
      insert into touched_contacts
      select a.contact_id from campaigns c
      join deliveries d on d.campaign_id = c.id
      join addresses a on a.id = d.address_id
      where c.is_sample
      union
      select t.id from campaigns c
      join imports i on i.campaign_id = c.id
      join contacts t on t.import_id = i.id
      where c.is_sample
    `.execute(trx);
    // The domains that RFC 2606 keeps free: whoever has an address elsewhere alone came from a file of somebody's own.
    await sql`
      with own as (
        delete from contacts t using touched_contacts touched
        where t.id = touched.contact_id
          and exists (
            select from addresses a
            where a.contact_id = t.id and a.domain ~ '(^|\\.)example(\\.(com|net|org))?$'
          )
          and not exists (
            select from addresses a
            join deliveries d on d.address_id = a.id
            join campaigns c on c.id = d.campaign_id
            where a.contact_id = t.id and not c.is_sample
          )
        returning t.id
      )
      delete from touched_contacts where contact_id in (select id from own)
    `.execute(trx);
    await trx.deleteFrom("campaigns").where("is_sample", "=", true).execute();
    await refreshFollowUps(trx, null);
  });
}
