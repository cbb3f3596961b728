import { randomUUID } from "node:crypto";
import { type Insertable, sql } from "kysely";
import { findIncidents } from "#app/jobs/incidents.ts";
import { VerdictReader } from "#app/jobs/verdicts.ts";
import { db } from "#db/connection.ts";
import { refreshFollowUps } from "#db/queries/follow-ups.ts";
import { listIncidents } from "#db/queries/incidents.ts";
import { createRule, type NewRule } from "#db/queries/rules.ts";
import type { Contact, Delivery } from "#db/schema.ts";

// Contacts as an import leaves them behind, for tests of what comes after one.

let count = 0;

/** A new campaign's id. */
export async function campaignOf(name: string, sent_at: string | null = "2022-02-14T15:14:00-05:00"): Promise<number> {
  const row = { name, sent_at: sent_at === null ? null : new Date(sent_at) };
  return (await db.insertInto("campaigns").values(row).returning("id").executeTakeFirstOrThrow()).id;
}

/** A contact with one current address and these deliveries, their reasons read; its follow-up opened as an import would. */
export async function contactOf(
  contact: Partial<Insertable<Contact>> & { email?: string },
  deliveries: (Partial<Insertable<Delivery>> & { campaign_id: number })[] = [],
): Promise<{ id: number; address_id: number; email: string }> {
  count += 1;
  const { email = `contact.${count}@example.com`, ...names } = contact;
  const { id } = await db
    .insertInto("contacts")
    .values({ first_name: `Contact ${count}`, ...names })
    .returning("id")
    .executeTakeFirstOrThrow();
  const address = await db
    .insertInto("addresses")
    .values({ contact_id: id, email, email_key: email.toLowerCase() })
    .returning("id")
    .executeTakeFirstOrThrow();
  if (deliveries.length > 0) await insertDeliveries(deliveries.map((one) => ({ ...one, address_id: address.id })));
  await refresh([id]);
  return { id, address_id: address.id, email };
}

async function insertDeliveries(deliveries: Insertable<Delivery>[]): Promise<void> {
  const verdicts = await VerdictReader.open();
  const idOf = (reason?: string | null) => (reason ? verdicts.idOf(reason, { source: null, domain: "" }) : null);
  const rows = deliveries.map((delivery) => ({
    bounce_verdict_id: idOf(delivery.bounce_reason),
    auto_reply_verdict_id: idOf(delivery.auto_reply_reason),
    ...delivery,
  }));
  await verdicts.save();
  await db.insertInto("deliveries").values(rows).execute();
}

/** An incident of a new campaign: this many addresses at hosts of their own, which all refused our server for one reason. */
export async function incidentOf(addresses = 3): Promise<number> {
  count += 1;
  const campaign_id = await campaignOf(`Refused ${process.pid} ${count}`);
  for (let index = 0; index < addresses; index++) {
    await contactOf({ company: `Hotel ${index}`, email: `info@hotel-${count}-${index}.example` }, [
      { campaign_id, bounce_kind: "soft", bounce_reason: "550 Your host is not allowed to connect to this server" },
    ]);
  }
  await findIncidents(campaign_id);
  const { incidents } = await listIncidents(campaign_id);
  return incidents[0]?.id ?? 0;
}

/** What an import does at its end. */
export async function refresh(contact_ids: number[], import_id: number | null = null): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`create temp table touched_contacts (contact_id integer primary key) on commit drop`.execute(trx);
    await sql`insert into touched_contacts select unnest(${contact_ids}::int[])`.execute(trx);
    await refreshFollowUps(trx, import_id);
  });
}

/** The contact's follow-ups, oldest first. */
export async function followUpsOf(contact_id: number) {
  return db.selectFrom("follow_ups").selectAll().where("contact_id", "=", contact_id).orderBy("id").execute();
}

/** A rule of the organisation's own, behind the others: "quota" is a full mailbox unless told otherwise. */
export async function ruleOf(created_by: number, rule: Partial<NewRule> = {}): Promise<number> {
  const id = await createRule({
    ...{ name: "Quota", pattern: "quota", is_regexp: false, source: null, domain: null, category: "mailbox-full" },
    ...{ is_on: true, created_by, form_key: randomUUID(), ...rule },
  });
  if (id === undefined) throw new Error("there are too many rules");
  return id;
}
