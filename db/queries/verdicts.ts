import { createHash } from "node:crypto";
import { type Insertable, type Kysely, sql } from "kysely";
import { db } from "../connection.ts";
import type { BounceTold } from "../lists.ts";
import type { DB, Verdict } from "../schema.ts";
import { takeTurn, writing } from "./turn.ts";

export type NewVerdict = Omit<Insertable<Verdict>, "id">;

/** The number under which a verdict is stored: 52 bits made of all that it says, so that nobody has to ask for it. */
export function verdictId({ rules_version, kind, category, problem, confidence, rule }: NewVerdict): number {
  const words = JSON.stringify([rules_version, kind, category, problem, confidence, rule]);
  return Number.parseInt(createHash("sha256").update(words).digest("hex").slice(0, 13), 16);
}

/** To be called before anything that points to them is written. */
export async function saveVerdicts(verdicts: NewVerdict[], trx: Kysely<DB> = db): Promise<void> {
  if (verdicts.length === 0) return;
  const rows = verdicts.map((verdict) => ({ ...verdict, id: verdictId(verdict) }));
  await trx
    .insertInto("verdicts")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** A delivery with its reasons, what was read out of them, and where they came from. */
type ReadDelivery = {
  address_id: number;
  domain: string;
  source: string | null;
  bounce_reason: string | null;
  bounce_told: BounceTold | null;
  auto_reply_reason: string | null;
  bounce_verdict_id: number | null;
  auto_reply_verdict_id: number | null;
};

/** The campaigns, in whose order stored reasons are read again. */
export async function listCampaignIds(): Promise<number[]> {
  const rows = await db.selectFrom("campaigns").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

/** A campaign's addresses that bounced, or answered, with a reason: all of them, or the first `limit`. */
export async function listReasonedAddresses(campaign_id: number, limit: number | null = null): Promise<Int32Array> {
  const { rows } = await sql<{ address_id: number }>`
    select address_id from deliveries
    where campaign_id = ${campaign_id} and bounce_kind is not null and bounce_reason is not null
    union
    select address_id from deliveries
    where campaign_id = ${campaign_id} and auto_reply and auto_reply_reason is not null
    order by address_id
    limit ${limit}::int
  `.execute(db);
  return Int32Array.from(rows, ({ address_id }) => address_id);
}

/** The deliveries of one campaign to these addresses. */
export async function listReadDeliveries(
  campaign_id: number,
  address_ids: number[],
  trx: Kysely<DB> = db,
): Promise<ReadDelivery[]> {
  const { rows } = await sql<ReadDelivery>`
    select d.address_id, a.domain, i.source, d.bounce_reason, d.bounce_told, d.auto_reply_reason, d.bounce_verdict_id, d.auto_reply_verdict_id
    from deliveries d join addresses a on a.id = d.address_id left join imports i on i.id = d.import_id
    where d.campaign_id = ${campaign_id} and d.address_id = any(${address_ids}::int[])
  `.execute(trx);
  return rows;
}

/** Who reads a reason: the number of its verdict, which `save` makes sure is stored. */
export type Reader = {
  rules_version: string;
  idOf(reason: string, origin: { source: string | null; domain: string; told?: BounceTold | null }): number;
  save(): Promise<void>;
};

/**
 * Reads the reasons of some of a campaign's deliveries again, and stores what came of it. Counts the deliveries that were of other rules, and those
 * whose kind, category or problem moved, under the reader's version of the rules.
 */
export async function rereadDeliveries(campaign_id: number, address_ids: number[], reader: Reader): Promise<void> {
  await writing(async (trx) => {
    await takeTurn(trx);
    const deliveries = await listReadDeliveries(campaign_id, address_ids, trx);
    const changed = deliveries
      .map((delivery) => ({
        ...delivery,
        bounce:
          delivery.bounce_reason === null
            ? null
            : reader.idOf(delivery.bounce_reason, { ...delivery, told: delivery.bounce_told }),
        auto_reply: delivery.auto_reply_reason === null ? null : reader.idOf(delivery.auto_reply_reason, delivery),
      }))
      .filter((one) => one.bounce !== one.bounce_verdict_id || one.auto_reply !== one.auto_reply_verdict_id);
    if (changed.length === 0) return;
    await reader.save();
    await sql`
      with changed as (
        select d.ctid as place, d.bounce_verdict_id as old_bounce, d.auto_reply_verdict_id as old_auto_reply, n.bounce, n.auto_reply
        from unnest(${changed.map((one) => one.address_id)}::int[], ${changed.map((one) => one.bounce)}::bigint[],
          ${changed.map((one) => one.auto_reply)}::bigint[]) as n (address_id, bounce, auto_reply)
        -- "offset 0" and the rows' places: of a campaign that was imported a minute ago the table's statistics know nothing, and
        -- plans made by them compared each of these with each of its deliveries, 50 s.
        cross join lateral (
          select ctid, bounce_verdict_id, auto_reply_verdict_id from deliveries
          where campaign_id = ${campaign_id} and address_id = n.address_id offset 0
        ) d
      ), written as (
        update deliveries d set bounce_verdict_id = c.bounce, auto_reply_verdict_id = c.auto_reply
        from changed c where d.ctid = c.place
      )
      update verdict_readings r set read = r.read + n.read, moved = r.moved + n.moved
      from (
        select count(*) as read, count(*) filter (where
          (old_b.kind, old_b.category, old_b.problem) <> (new_b.kind, new_b.category, new_b.problem)
          or (old_r.kind, old_r.category, old_r.problem) <> (new_r.kind, new_r.category, new_r.problem)
        ) as moved
        from changed c
        left join verdicts old_b on old_b.id = c.old_bounce left join verdicts new_b on new_b.id = c.bounce
        left join verdicts old_r on old_r.id = c.old_auto_reply left join verdicts new_r on new_r.id = c.auto_reply
      ) n
      where r.rules_version = ${reader.rules_version}
    `.execute(trx);
  });
}

/** Notes that stored reasons are being read by these rules, unless they are already. */
export async function beginReading(rules_version: string): Promise<void> {
  await sql`insert into verdict_readings (rules_version) values (${rules_version}) on conflict do nothing`.execute(db);
}

export async function endReading(rules_version: string): Promise<void> {
  await sql`
    update verdict_readings set ended_at = now() where rules_version = ${rules_version} and ended_at is null
  `.execute(db);
}

/** How the reading of what is stored went, or goes; undefined while it hasn't begun. */
export async function findReading(rules_version: string) {
  return db
    .selectFrom("verdict_readings")
    .select(["began_at", "ended_at", "read", "moved"])
    .where("rules_version", "=", rules_version)
    .executeTakeFirst();
}
