import { type RawBuilder, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import { removalStates } from "../lists.ts";
import type { BounceKind, DB, RemovalDecision, RemovalState, VerdictCategory } from "../schema.ts";
import { bounceOf } from "./bounces.ts";
import { recountCampaigns } from "./campaigns.ts";

/** Removals that wait for the CRM administrator, counted up to 1,000. */
export async function countRequestedRemovals(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select 1 from removals where state in ('requested', 'exported') limit 1000) as counted
  `.execute(db);
  return rows[0]?.count ?? 0;
}

/** How many removals are in each state. */
export async function countRemovals(): Promise<Record<RemovalState, number>> {
  const rows = await db
    .selectFrom("removals")
    .select(["state", sql<number>`count(*)::int`.as("count")])
    .groupBy("state")
    .execute();
  const counts = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  return Object.fromEntries(removalStates.map((state) => [state, counts[state] ?? 0])) as Record<RemovalState, number>;
}

/** Of a bounce: the source's label, and the category of its stored verdict. */
type Reading = { bounce_kind: BounceKind; category: VerdictCategory };

/** Of a delivery d with its verdict v. */
const isAmong = (readings: Reading[]) => sql<boolean>`
  (d.bounce_kind, v.category) in (
    select * from unnest(${readings.map(({ bounce_kind }) => bounce_kind)}::bounce_kind[],
      ${readings.map(({ category }) => category)}::verdict_category[])
  )
`;

/** How many contacts are to be taken out of the CRM by the next export although their bounces read like these. */
export async function countRequestedAmong(readings: Reading[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count
    from removals r
    join deliveries d on d.campaign_id = r.campaign_id and d.address_id = r.address_id
    join verdicts v on v.id = d.bounce_verdict_id
    where r.state = 'requested' and r.decision = 'remove' and ${isAmong(readings)}
  `.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * One page of the removals in a state, newest request first, by any part of address, name, company or phone; with `batch`
 * only those that it handed over. `differing` counts those whose bounces read like `readings`, `only_differing` shows no others.
 */
export async function listRemovals(view: {
  state: RemovalState;
  search: string;
  batch: number | null;
  readings: Reading[];
  only_differing: boolean;
  page: number;
  size: number;
}) {
  const like = `%${view.search.replaceAll(/[\\%_]/g, "\\$&")}%`;
  const differs = sql<boolean>`coalesce(${isAmong(view.readings)}, false)`;
  const found = () =>
    selectRemovals()
      .where("r.state", "=", view.state)
      .$if(view.batch !== null, (query) => query.where("r.batch_id", "=", view.batch))
      .$if(view.search !== "", (query) => query.where(sql<boolean>`c.search like fold(${like})`));
  const [removals, { all, differing }] = await Promise.all([
    found()
      .$if(view.only_differing, (query) => query.where(differs))
      .orderBy("r.requested_at", "desc")
      .orderBy("r.id", "desc")
      .limit(view.size)
      .offset((view.page - 1) * view.size)
      .execute(),
    found()
      .clearSelect()
      .select([
        sql<number>`count(*)::int`.as("all"),
        sql<number>`(count(*) filter (where ${differs}))::int`.as("differing"),
      ])
      .executeTakeFirstOrThrow(),
  ]);
  return { removals, total: view.only_differing ? differing : all, differing };
}

/** Those of the removals that are still open to a decision, for the page that asks for a reason; at most 1,000. */
export async function listOpenRemovals(ids: number[]) {
  return selectRemovals()
    .where(sql<boolean>`r.id = any(${ids}::int[])`)
    .where("r.state", "in", ["requested", "exported"])
    .orderBy("r.id", "desc")
    .limit(1000)
    .execute();
}

/** Every removal that was ever asked for a contact, newest first. */
export async function listRemovalsOfContact(contact_id: number) {
  return selectRemovals().where("r.contact_id", "=", contact_id).orderBy("r.id", "desc").limit(100).execute();
}

export async function findRemoval(id: number) {
  return selectRemovals().where("r.id", "=", id).executeTakeFirst();
}

function selectRemovals() {
  return db
    .selectFrom("removals as r")
    .innerJoin("contacts as c", "c.id", "r.contact_id")
    .innerJoin("addresses as a", "a.id", "r.address_id")
    .innerJoin("users as asker", "asker.id", "r.requested_by")
    .leftJoin("users as decider", "decider.id", "r.decided_by")
    .leftJoin("campaigns as k", "k.id", "r.campaign_id")
    .leftJoin("deliveries as d", (join) =>
      join.onRef("d.campaign_id", "=", "r.campaign_id").onRef("d.address_id", "=", "r.address_id"),
    )
    .leftJoin("verdicts as v", "v.id", "d.bounce_verdict_id")
    .select([
      "r.id",
      "r.contact_id",
      "r.campaign_id",
      "r.decision",
      "r.state",
      "r.reason",
      "r.requested_by",
      "r.requested_at",
      "r.batch_id",
      "r.decided_at",
      "r.decided_note",
      "r.confirmed_against",
      "a.email",
      "c.first_name",
      "c.last_name",
      "c.company",
      "c.phone",
      "c.phone_e164",
      "asker.name as asked_by",
      "decider.name as decided_by",
      "k.name as campaign",
      "d.bounce_kind",
      "d.bounce_reason",
      "v.category",
    ]);
}

/** A contact that somebody is about to ask a removal for, and the bounce that speaks for it. */
export type RemovalCandidate = {
  contact_id: number;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  email: string;
  campaign_id: number | null;
  campaign: string | null;
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
  /** Of its stored verdict. */
  category: VerdictCategory | null;
  /** Its soft bounces one after the other, where they count as hard. */
  soft_in_row: number | null;
  /** The state of the request that stands already, if one does. */
  standing: RemovalState | null;
};

/** These contacts as `requestRemovals` would take them. */
export async function listRemovalCandidates(contact_ids: number[], campaign_id: number | null) {
  const { rows } = await sql<RemovalCandidate>`
    select c.id as contact_id, c.first_name, c.last_name, c.company, c.phone,
      b.email, b.campaign_id, b.campaign, b.bounce_kind, b.bounce_reason, b.category,
      (
        select f.soft_in_row from follow_ups f
        where f.contact_id = c.id and f.closed_at is null and f.kind = 'hard' and f.soft_in_row > 0
      ) as soft_in_row,
      (select r.state from removals as r where r.contact_id = c.id and ${stands} order by r.id desc limit 1) as standing
    from contacts as c cross join lateral (${bounceOf(sql`c.id`, campaign_id)}) as b
    where c.id = any(${contact_ids}::int[])
    order by lower(coalesce(c.company, c.last_name, c.first_name)), c.id
  `.execute(db);
  return rows;
}

// Nobody asks twice: not while a request is open, and not for a contact that is out of the CRM.
const stands = sql`(r.state in ('requested', 'exported') or r.state = 'confirmed' and r.decision = 'remove')`;

/**
 * Asks the CRM administrator to take the contacts out, or to keep them for the phone only, and ends their open follow-ups.
 * One request a contact: a contact whose request stands already is counted in `standing` and left as it is. `confirmed`
 * names those for whom the request was confirmed a second time, and the verdict against which it was.
 */
export async function requestRemovals(request: {
  contact_ids: number[];
  campaign_id: number | null;
  decision: RemovalDecision;
  reason: string;
  requested_by: number;
  confirmed?: { contact_id: number; category: VerdictCategory }[];
}): Promise<{ removal_ids: number[]; standing: number }> {
  const { contact_ids, campaign_id, decision, reason, requested_by, confirmed = [] } = request;
  return db.transaction().execute(async (trx) => {
    await lockFollowUps(trx, sql`select unnest(${contact_ids}::int[])`);
    const { rows: asked } = await sql<{ id: number; contact_id: number }>`
      insert into removals (contact_id, address_id, campaign_id, decision, reason, requested_by, confirmed_against)
      select c.id, b.address_id, b.campaign_id, ${decision}::removal_decision, ${reason}, ${requested_by}, twice.category
      from contacts as c cross join lateral (${bounceOf(sql`c.id`, campaign_id)}) as b
      left join unnest(${confirmed.map(({ contact_id }) => contact_id)}::int[],
        ${confirmed.map(({ category }) => category)}::verdict_category[]) as twice (contact_id, category)
        on twice.contact_id = c.id
      where c.id = any(${contact_ids}::int[]) and not exists (select from removals as r where r.contact_id = c.id and ${stands})
      order by c.id
      on conflict (contact_id) where state in ('requested', 'exported') do nothing
      returning id, contact_id
    `.execute(trx);
    const contacts = asked.map(({ contact_id }) => contact_id);
    await closeFollowUps(trx, contacts, requested_by, decision === "remove" ? "removal" : "phone-only");
    const { rows } = await sql<{ standing: number }>`
      select count(*)::int as standing from contacts
      where id = any(${contact_ids}::int[]) and not id = any(${contacts}::int[])
    `.execute(trx);
    return { removal_ids: asked.map(({ id }) => id), standing: rows[0]?.standing ?? 0 };
  });
}

/**
 * Takes a request back before it is exported. `together` takes back all that was asked in the same act and reopens the
 * follow-ups that the act ended: the undo of a slip. Answers the contacts; none when the request went out already.
 */
export async function withdrawRemovals(removal_id: number, decided_by: number, { together = false } = {}) {
  return db.transaction().execute(async (trx) => {
    const act = together
      ? sql`(requested_by, requested_at) = (select requested_by, requested_at from removals where id = ${removal_id})`
      : sql`id = ${removal_id}`;
    await lockFollowUps(trx, sql`select contact_id from removals where ${act}`);
    const { rows } = await sql<{ contact_id: number; requested_at: string }>`
      update removals set state = 'withdrawn', decided_by = ${decided_by}, decided_at = now()
      where ${act} and state = 'requested'
      returning contact_id, requested_at::text
    `.execute(trx);
    const contact_ids = rows.map(({ contact_id }) => contact_id);
    const [first] = rows;
    if (together && first) await reopenFollowUps(trx, contact_ids, first.requested_at);
    return contact_ids;
  });
}

/**
 * Notes that the CRM administrator did what was asked, in some requests or in all that a batch handed over. Contacts to
 * remove leave worklist and figures; those for the phone only stay in both. Answers the requests that this confirmed: what
 * somebody decided before stays as it is.
 */
export async function confirmRemovals(
  which: { removal_ids: number[] } | { batch_id: number },
  decided_by: number,
): Promise<number[]> {
  const chosen = "batch_id" in which ? sql`batch_id = ${which.batch_id}` : sql`id = any(${which.removal_ids}::int[])`;
  return db.transaction().execute(async (trx) => {
    await lockFollowUps(trx, sql`select contact_id from removals where ${chosen}`);
    const { rows } = await sql<{ id: number; contact_id: number; decision: RemovalDecision }>`
      update removals set state = 'confirmed', decided_by = ${decided_by}, decided_at = now()
      where ${chosen} and state in ('requested', 'exported')
      returning id, contact_id, decision
    `.execute(trx);
    const removed = rows.filter(({ decision }) => decision === "remove").map(({ contact_id }) => contact_id);
    await closeFollowUps(trx, removed, decided_by, "removal");
    await recountCampaignsOf(trx, removed);
    return rows.map(({ id }) => id);
  });
}

/** Refuses the requests: the contacts stay, for the reason given. Answers those of the requests that were still open. */
export async function keepRemovals(
  removal_ids: number[],
  decided_note: string,
  decided_by: number,
): Promise<{ id: number; contact_id: number }[]> {
  return db
    .updateTable("removals")
    .set({ state: "kept", decided_by, decided_at: sql`now()`, decided_note })
    .where(sql<boolean>`id = any(${removal_ids}::int[])`)
    .where("state", "in", ["requested", "exported"])
    .returning(["id", "contact_id"])
    .execute();
}

/**
 * Takes a confirmation or a keeping back: the request stands as before it. `together` means all that was decided in the
 * same act. Left as they are: contacts for whom something was built on the decision, a newer request or follow-up.
 */
export async function takeBackDecision(
  removal_id: number,
  { together = false } = {},
): Promise<{ taken: number; left: number }> {
  return db.transaction().execute(async (trx) => {
    const { rows: acts } = await sql<{ id: number; contact_id: number; decided_at: string }>`
      select r.id, r.contact_id, r.decided_at::text
      from removals as r join removals as one on one.id = ${removal_id} and one.state in ('confirmed', 'kept')
      where r.id = one.id
        or ${together} and r.state = one.state and (r.decided_by, r.decided_at) = (one.decided_by, one.decided_at)
      order by r.id
    `.execute(trx);
    const [first] = acts;
    if (!first) return { taken: 0, left: 0 };
    await lockFollowUps(trx, sql`select unnest(${acts.map(({ contact_id }) => contact_id)}::int[])`);
    const { rows: taken } = await sql<{ contact_id: number; removed: boolean }>`
      update removals as r
      set state = case when r.batch_id is null then 'requested' else 'exported' end::removal_state,
        decided_by = null, decided_at = null, decided_note = ''
      from removals as before
      where before.id = r.id and r.id = any(${acts.map(({ id }) => id)}::int[])
        and r.state in ('confirmed', 'kept') and r.decided_at = ${first.decided_at}::timestamptz
        and not exists (select from removals as newer where newer.contact_id = r.contact_id and newer.id > r.id)
        and not exists (select from follow_ups as f where f.contact_id = r.contact_id and f.opened_at > r.decided_at)
      returning r.contact_id, before.state = 'confirmed' and r.decision = 'remove' as removed
    `.execute(trx);
    const back = taken.filter(({ removed }) => removed).map(({ contact_id }) => contact_id);
    await reopenFollowUps(trx, back, first.decided_at);
    await recountCampaignsOf(trx, back);
    return { taken: taken.length, left: acts.length - taken.length };
  });
}

/** Follow-up before removal, and in one order: whoever writes both takes the locks the same way. */
async function lockFollowUps(trx: Transaction<DB>, contact_ids: RawBuilder<unknown>): Promise<void> {
  await sql`
    select from follow_ups where closed_at is null and contact_id in (${contact_ids}) order by id for update
  `.execute(trx);
}

async function closeFollowUps(
  trx: Transaction<DB>,
  contact_ids: number[],
  closed_by: number,
  closed_as: "removal" | "phone-only",
): Promise<void> {
  await sql`
    update follow_ups
    set closed_at = now(), closed_by = ${closed_by}, closed_as = ${closed_as}::follow_up_result,
      claimed_by = null, claimed_at = null, claim_renewed_at = null
    where closed_at is null and contact_id = any(${contact_ids}::int[])
  `.execute(trx);
}

/** Reopens what an act closed: an act's rows carry its transaction's one moment, which none but itself has. */
async function reopenFollowUps(trx: Transaction<DB>, contact_ids: number[], closed_at: string): Promise<void> {
  await sql`
    update follow_ups as f set closed_at = null, closed_by = null, closed_as = null
    where f.contact_id = any(${contact_ids}::int[]) and f.closed_at = ${closed_at}::timestamptz
      and f.closed_as in ('removal', 'phone-only')
      and not exists (select from follow_ups as o where o.contact_id = f.contact_id and o.closed_at is null)
  `.execute(trx);
}

async function recountCampaignsOf(trx: Transaction<DB>, contact_ids: number[]): Promise<void> {
  const { rows } = await sql<{ campaign_id: number }>`
    select distinct d.campaign_id
    from addresses as a join deliveries as d on d.address_id = a.id
    where a.contact_id = any(${contact_ids}::int[])
  `.execute(trx);
  await recountCampaigns(
    trx,
    rows.map(({ campaign_id }) => campaign_id),
  );
}
