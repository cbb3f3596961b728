import { type RawBuilder, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { CallOutcome, DB, FollowUpKind, VerdictCategory } from "../schema.ts";
import { bounceOf } from "./bounces.ts";
import { isFree, isHeld } from "./incidents.ts";

/** Open follow-ups that nothing holds back, for the navigation: counted up to 1,000, since no more is ever shown. */
export async function countOpenFollowUps(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select 1 from follow_ups as f where f.closed_at is null and ${isFree} limit 1000
    ) as counted
  `.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Brings the follow-ups of the contacts in the temporary table `touched_contacts(contact_id)`, which the caller filled in
 * this transaction, up to date with their deliveries: facts and kind of the open ones, new ones for contacts that bounced, or whose
 * auto-reply is worth a call, since their last follow-up closed, and an end to those for whom that is gone (an import undone).
 * What a person opened by hand never closes here: without a bounce it becomes `manual` again.
 * `import_id` is noted in the follow-ups it opens.
 */
export async function refreshFollowUps(trx: Transaction<DB>, import_id: number | null): Promise<void> {
  await sql`analyze touched_contacts`.execute(trx);
  // In one order for everybody, or two imports of the same contacts would wait for each other for ever.
  await sql`
    select from follow_ups as f join touched_contacts as t using (contact_id)
    where f.closed_at is null order by f.id for update of f
  `.execute(trx);
  // Looked up before anything is written: while a statement fills an empty table, its plan goes on taking it for one.
  await sql`
    create temp table follow_up_facts on commit drop as
    with mailed as (
      select t.contact_id, d.bounce_kind, d.auto_reply_needs_call as needs_call, d.opened, coalesce(d.bounced_at, d.sent_at, c.sent_at) as bounced_at,
        -- Of a campaign without a date we know only that it isn't younger than its first import.
        coalesce(d.bounced_at, d.sent_at, c.sent_at, c.created_at) as known_at, d.campaign_id,
        -- How many of this mail and the later ones were no soft bounces, or arrived all the same.
        count(*) filter (where d.bounce_kind is distinct from 'soft' or d.opened) over (
          partition by t.contact_id
          order by coalesce(d.bounced_at, d.sent_at, c.sent_at, c.created_at) desc, d.campaign_id desc
        ) as others
      from touched_contacts as t
      join addresses as a on a.contact_id = t.contact_id and a.replaced_at is null
      join deliveries as d on d.address_id = a.id
      join campaigns as c on c.id = d.campaign_id
    ), counted as (
      select contact_id, count(bounce_kind)::int as bounces,
        count(*) filter (where bounce_kind is not null or needs_call)::int as reasons,
        max(bounced_at) filter (where bounce_kind is not null) as last_bounced_at,
        max(known_at) filter (where bounce_kind is not null or needs_call) as known_at,
        (array_agg(coalesce(bounce_kind::text, 'auto-reply') order by known_at desc, campaign_id desc)
          filter (where bounce_kind is not null or needs_call))[1]::follow_up_kind as last_kind,
        bool_or(opened) as used_to_open,
        count(*) filter (where others = 0)::int as soft_in_row
      from mailed group by contact_id
    ), bounced as (
      select t.contact_id, coalesce(bounces, 0) as bounces, coalesce(reasons, 0) as reasons, last_bounced_at, known_at,
        -- Soft that keeps bouncing counts as hard, until a mail arrives.
        case when last_kind = 'soft' and soft_in_row >= coalesce((select soft_limit from organization), 5) then 'hard'
          else last_kind end as kind,
        coalesce(used_to_open, false) as used_to_open, coalesce(soft_in_row, 0) as soft_in_row
      from touched_contacts as t left join counted using (contact_id)
    )
    select bounced.*, f.id as follow_up_id, f.kind as old_kind, f.opened_by, f.claimed_by, f.attempts,
      bounced.reasons > 0 and f.id is null
        and not exists (
          select from follow_ups as o
          where o.contact_id = bounced.contact_id and o.closed_at >= bounced.known_at
            and o.closed_as <> 'no-longer-bouncing'
        )
        and not exists (
          select from removals as r
          where r.contact_id = bounced.contact_id and r.state in ('requested', 'exported', 'confirmed')
        ) as is_new
    from bounced
    -- "offset 0" keeps the planner at one look into the index for each contact: between two imports in a row the
    -- table's statistics are minutes old, and a join planned by them took minutes for 100,000 contacts.
    left join lateral (
      select * from follow_ups where contact_id = bounced.contact_id and closed_at is null offset 0
    ) as f on true
  `.execute(trx);
  await sql`
    with gone as materialized (
      select follow_up_id,
        claimed_by is null and attempts = 0
          and not exists (select from calls where calls.follow_up_id = facts.follow_up_id) as untouched
      from follow_up_facts as facts
      where follow_up_id is not null and reasons = 0 and old_kind <> 'manual' and opened_by is null
    ), deleted as (
      delete from follow_ups where id in (select follow_up_id from gone where untouched)
    ), closed as (
      update follow_ups
      set closed_at = now(), closed_as = 'no-longer-bouncing', claimed_by = null, claimed_at = null, claim_renewed_at = null,
        bounces = 0, last_bounced_at = null
      where id in (select follow_up_id from gone where not untouched)
    ), changed as (
      update follow_ups as f
      set bounces = facts.bounces, last_bounced_at = facts.last_bounced_at, used_to_open = facts.used_to_open,
        soft_in_row = facts.soft_in_row, kind = coalesce(facts.kind, 'manual')
      from follow_up_facts as facts
      where f.id = facts.follow_up_id and (facts.reasons > 0 or facts.old_kind = 'manual' or facts.opened_by is not null)
        and (f.bounces, f.last_bounced_at, f.used_to_open, f.soft_in_row, f.kind) is distinct from
          (facts.bounces, facts.last_bounced_at, facts.used_to_open, facts.soft_in_row, coalesce(facts.kind, 'manual'))
    )
    insert into follow_ups (contact_id, kind, import_id, bounces, last_bounced_at, used_to_open, soft_in_row)
    select contact_id, kind, ${import_id}::int, bounces, last_bounced_at, used_to_open, soft_in_row
    from follow_up_facts where is_new
    on conflict (contact_id) where closed_at is null do nothing
  `.execute(trx);
  await sql`drop table follow_up_facts`.execute(trx);
}

/** As `refreshFollowUps`, for a few contacts whose address or deliveries something else than an import changed. */
export async function refreshFollowUpsOf(trx: Transaction<DB>, contact_ids: number[]): Promise<void> {
  await sql`create temp table touched_contacts (contact_id integer primary key) on commit drop`.execute(trx);
  await sql`insert into touched_contacts select distinct unnest(${contact_ids}::int[])`.execute(trx);
  await refreshFollowUps(trx, null);
}

/** What of the worklist somebody looks at. `campaign_id` takes those whose current address it bounced at, or got an auto-reply from. */
export type WorklistView = {
  user_id: number;
  who: "mine" | "unassigned" | "all";
  /** What an incident holds back is due at no time: `held` are these. */
  due: "now" | "later" | "all" | "held";
  kind: FollowUpKind | null;
  campaign_id: number | null;
  /** A claim that wasn't renewed for so long counts no more. */
  claim_minutes: number;
};

export type WorklistRow = {
  contact_id: number;
  kind: FollowUpKind;
  bounces: number;
  /** The latest mails that all came back as soft; with the kind hard, so many that they count as hard. */
  soft_in_row: number;
  last_bounced_at: Date | null;
  /** Of the current address's latest bounce: the source's words, and what our verdict makes of them. */
  reason: string | null;
  category: VerdictCategory | null;
  used_to_open: boolean;
  due_at: Date;
  is_call_back: boolean;
  attempts: number;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  phone_e164: string | null;
  email: string;
  assigned_to: number | null;
  assigned_name: string | null;
  /** Who has it open right now, if anybody. */
  claimed_by: number | null;
  claimed_name: string | null;
  claimed_at: Date | null;
  last_outcome: CallOutcome | null;
  last_called_at: Date | null;
  last_called_by: string | null;
};

/**
 * Who is phoned before whom: promised call-backs by their time; then soft bounces, hard ones to verify and those put in by
 * hand; of these who bounced more often, more recently, and used to open. Index follow_ups_worklist has this order.
 */
const inOrder = sql`
  (case when f.is_call_back then f.due_at end), f.kind, f.bounces desc, f.last_bounced_at desc nulls last,
  f.used_to_open desc, f.id
`;

const live = (claim_minutes: number) => sql`f.claim_renewed_at > now() - make_interval(mins => ${claim_minutes})`;

function fits({ user_id, who, due, kind, campaign_id }: WorklistView): RawBuilder<unknown> {
  const conditions = [sql`f.closed_at is null`, due === "held" ? isHeld : isFree];
  if (who === "mine") conditions.push(sql`f.assigned_to = ${user_id}`);
  if (who === "unassigned") conditions.push(sql`f.assigned_to is null`);
  if (due === "now") conditions.push(sql`f.due_at <= now()`);
  if (due === "later") conditions.push(sql`f.due_at > now()`);
  if (kind) conditions.push(sql`f.kind = ${kind}`);
  // As an array it is looked up first: along the worklist's order, most of it would be read to fill a page.
  if (campaign_id)
    conditions.push(sql`f.contact_id = any(array(
      select a.contact_id from addresses as a where a.replaced_at is null and a.id in (
        select address_id from deliveries where campaign_id = ${campaign_id} and bounce_kind is not null
        union all
        select address_id from deliveries where campaign_id = ${campaign_id} and auto_reply
      )
    ))`);
  return sql.join(conditions, sql` and `);
}

/** One page of the worklist, in the order in which people are phoned; what is due later, by its time. */
export async function listFollowUps(view: WorklistView & { page: number; size: number }): Promise<WorklistRow[]> {
  const order = view.due === "later" ? sql`f.due_at, f.id` : inOrder;
  const { rows } = await sql<WorklistRow>`
    with f as materialized (
      select f.*, row_number() over (order by ${order}) as position
      from follow_ups as f where ${fits(view)}
      order by ${order} limit ${view.size} offset ${(view.page - 1) * view.size}
    )
    select f.contact_id, f.kind, f.bounces, f.soft_in_row, f.last_bounced_at, bounce.bounce_reason as reason, bounce.category, f.used_to_open, f.due_at, f.is_call_back, f.attempts,
      c.first_name, c.last_name, c.company, c.phone, c.phone_e164, coalesce(bounce.email, '') as email,
      f.assigned_to, assignee.name as assigned_name,
      claimer.id as claimed_by, claimer.name as claimed_name, case when claimer.id is not null then f.claimed_at end as claimed_at,
      last.outcome as last_outcome, last.called_at as last_called_at, last.name as last_called_by
    from f
    join contacts as c on c.id = f.contact_id
    left join users as assignee on assignee.id = f.assigned_to
    left join users as claimer on claimer.id = f.claimed_by and ${live(view.claim_minutes)}
    left join lateral (
      select calls.outcome, calls.called_at, users.name from calls join users on users.id = calls.called_by
      where calls.contact_id = c.id and calls.taken_back_at is null order by calls.called_at desc, calls.id desc limit 1
    ) as last on true
    left join lateral (${bounceOf(sql`c.id`, null)}) as bounce on true
    order by f.position
  `.execute(db);
  return rows;
}

/** How many the worklist holds in this view, counted up to `limit`. */
export async function countFollowUps(view: WorklistView, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select from follow_ups as f where ${fits(view)} limit ${limit}) as counted
  `.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Gives the first contact of the view that is due and free to the user, and answers its id. Free is what nobody else has
 * open and no colleague was assigned. Two at the same moment never get the same one; the same user does, until it is
 * saved or skipped. `skipped` contacts are left out.
 */
export async function claimNext(view: Omit<WorklistView, "due">, skipped: number[] = []): Promise<number | undefined> {
  const { user_id, claim_minutes } = view;
  const { rows } = await sql<{ contact_id: number }>`
    update follow_ups set
      claimed_at = case when claimed_by = ${user_id} and claim_renewed_at > now() - make_interval(mins => ${claim_minutes})
        then claimed_at else now() end,
      claimed_by = ${user_id}, claim_renewed_at = now()
    where id = (
      select f.id from follow_ups as f
      where ${fits({ ...view, due: "now" })} and f.contact_id <> all(${skipped}::int[])
        and (f.claimed_by is null or f.claimed_by = ${user_id} or not ${live(claim_minutes)})
        and (f.assigned_to is null or f.assigned_to = ${user_id})
      order by ${inOrder} limit 1 for update of f skip locked
    )
    returning contact_id
  `.execute(db);
  return rows[0]?.contact_id;
}

/** Whose the open follow-up is after a claim; undefined when the contact has none to claim. */
export type Claim = { user_id: number; name: string; since: Date };

/** Claims the contact's open follow-up, or renews the claim, unless somebody else has it; answers who has it then. */
export async function claimFollowUp(
  contact_id: number,
  user_id: number,
  claim_minutes: number,
): Promise<Claim | undefined> {
  await sql`
    update follow_ups as f set
      claimed_at = case when claimed_by = ${user_id} and ${live(claim_minutes)} then claimed_at else now() end,
      claimed_by = ${user_id}, claim_renewed_at = now()
    where contact_id = ${contact_id} and closed_at is null
      and (claimed_by is null or claimed_by = ${user_id} or not ${live(claim_minutes)})
  `.execute(db);
  return findClaim(contact_id, claim_minutes);
}

async function findClaim(contact_id: number, claim_minutes: number): Promise<Claim | undefined> {
  const { rows } = await sql<Claim>`
    select u.id as user_id, u.name, f.claimed_at as since
    from follow_ups as f join users as u on u.id = f.claimed_by
    where f.contact_id = ${contact_id} and f.closed_at is null and ${live(claim_minutes)}
  `.execute(db);
  return rows[0];
}

/** Ends the user's own claim, so that others may phone the contact. */
export async function releaseFollowUp(contact_id: number, user_id: number): Promise<void> {
  await db
    .updateTable("follow_ups")
    .set({ claimed_by: null, claimed_at: null, claim_renewed_at: null })
    .where("contact_id", "=", contact_id)
    .where("claimed_by", "=", user_id)
    .where("closed_at", "is", null)
    .execute();
}

/** Who phones whom at this moment, the user apart; at most ten. */
export async function listClaims(user_id: number, claim_minutes: number) {
  const { rows } = await sql<{
    user: string;
    contact_id: number;
    first_name: string | null;
    last_name: string | null;
    company: string | null;
    email: string;
  }>`
    select u.name as user, c.id as contact_id, c.first_name, c.last_name, c.company, coalesce(a.email, '') as email
    from follow_ups as f
    join users as u on u.id = f.claimed_by
    join contacts as c on c.id = f.contact_id
    left join addresses as a on a.contact_id = c.id and a.replaced_at is null
    where f.closed_at is null and f.claimed_by is not null and f.claimed_by <> ${user_id} and ${live(claim_minutes)}
    order by f.claimed_at desc limit 10
  `.execute(db);
  return rows;
}

/** The contact's open follow-up, with who has it and whose it is. */
export async function findFollowUp(contact_id: number, claim_minutes: number) {
  const { rows } = await sql<{
    id: number;
    kind: FollowUpKind;
    bounces: number;
    soft_in_row: number;
    used_to_open: boolean;
    due_at: Date;
    is_call_back: boolean;
    attempts: number;
    opened_at: Date;
    opened_by: string | null;
    assigned_to: number | null;
    assigned_name: string | null;
    claimed_by: number | null;
    claimed_name: string | null;
    claimed_at: Date | null;
  }>`
    select f.id, f.kind, f.bounces, f.soft_in_row, f.used_to_open, f.due_at, f.is_call_back, f.attempts, f.opened_at,
      opener.name as opened_by, f.assigned_to, assignee.name as assigned_name,
      claimer.id as claimed_by, claimer.name as claimed_name, case when claimer.id is not null then f.claimed_at end as claimed_at
    from follow_ups as f
    left join users as opener on opener.id = f.opened_by
    left join users as assignee on assignee.id = f.assigned_to
    left join users as claimer on claimer.id = f.claimed_by and ${live(claim_minutes)}
    where f.contact_id = ${contact_id} and f.closed_at is null
  `.execute(db);
  return rows[0];
}

/**
 * Puts contacts on the worklist by hand: those that are not on it, nor out of the CRM or about to be. Answers how many,
 * and the moment that `dropFollowUps` takes them off again by.
 */
export async function openFollowUps(
  contact_ids: number[],
  user_id: number,
): Promise<{ opened: number; opened_at: string }> {
  return db.transaction().execute(async (trx) => openIn(trx, contact_ids, user_id));
}

async function openIn(trx: Transaction<DB>, contact_ids: number[], user_id: number) {
  const { rows } = await sql<{ opened_at: string }>`
    insert into follow_ups (contact_id, kind, opened_by)
    select c.id, 'manual', ${user_id} from contacts as c
    where c.id = any(${contact_ids}::int[]) and not exists (
      select from removals as r where r.contact_id = c.id
        and (r.state in ('requested', 'exported') or r.state = 'confirmed' and r.decision = 'remove')
    )
    order by c.id
    on conflict (contact_id) where closed_at is null do nothing
    returning to_json(opened_at) #>> '{}' as opened_at
  `.execute(trx);
  if (rows.length > 0) await refreshFollowUpsOf(trx, contact_ids);
  return { opened: rows.length, opened_at: rows[0]?.opened_at ?? "" };
}

/** Takes back an `openFollowUps` of the user's, for what nobody has phoned, been given or opened since. */
export async function dropFollowUps(user_id: number, opened_at: string): Promise<number> {
  const { rows } = await sql`
    delete from follow_ups as f
    where f.opened_by = ${user_id} and to_json(f.opened_at) #>> '{}' = ${opened_at} and f.closed_at is null
      and f.attempts = 0 and f.claimed_by is null and f.assigned_to is null
      and not exists (select from calls where calls.follow_up_id = f.id)
    returning f.id
  `.execute(db);
  return rows.length;
}

/** Gives contacts to a user (or to nobody), opening follow-ups where there are none. Answers how many the user has of them then. */
export async function assignFollowUps(
  contact_ids: number[],
  assigned_to: number | null,
  user_id: number,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    if (assigned_to !== null) await openIn(trx, contact_ids, user_id);
    const { rows } = await sql`
      with open as (
        select id from follow_ups
        where contact_id = any(${contact_ids}::int[]) and closed_at is null order by id for update
      )
      update follow_ups set assigned_to = ${assigned_to} where id in (select id from open) returning id
    `.execute(trx);
    return rows.length;
  });
}

/** Takes a contact off the worklist without a call; answers the follow-up's id, or undefined when a colleague has it open or nothing was. */
export async function dismissFollowUp(
  contact_id: number,
  user_id: number,
  claim_minutes: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    update follow_ups as f set closed_at = now(), closed_by = ${user_id}, closed_as = 'dismissed',
      claimed_by = null, claimed_at = null, claim_renewed_at = null
    where contact_id = ${contact_id} and closed_at is null
      and (claimed_by is null or claimed_by = ${user_id} or not ${live(claim_minutes)})
    returning id
  `.execute(db);
  return rows[0]?.id;
}

/** Takes a contact's dismissal back, while no other follow-up is open and no removal stands. Answers whether it did. */
export async function reopenFollowUp(contact_id: number, follow_up_id: number): Promise<boolean> {
  const { rows } = await sql`
    update follow_ups as f set closed_at = null, closed_by = null, closed_as = null
    where id = ${follow_up_id} and contact_id = ${contact_id} and closed_as = 'dismissed'
      and not exists (select from follow_ups as o where o.contact_id = f.contact_id and o.closed_at is null)
      and not exists (
        select from removals as r where r.contact_id = f.contact_id
          and (r.state in ('requested', 'exported') or r.state = 'confirmed' and r.decision = 'remove')
      )
    returning id
  `.execute(db);
  return rows.length > 0;
}
