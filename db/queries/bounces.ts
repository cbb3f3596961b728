import { type RawBuilder, sql } from "kysely";
import { db } from "../connection.ts";
import type { BounceKind, FollowUpResult, VerdictCategory, VerdictProblem } from "../schema.ts";
import { isHeld } from "./incidents.ts";
import { mayLoop } from "./loops.ts";

/** The three tabs of a campaign. An auto-reply is no bounce; it is read and shown like one. */
export type BounceTab = BounceKind | "auto-reply";

/** Where the contact's follow-up is: to be phoned, open on somebody's screen, promised for later, held back by an incident, done, asked to be removed. */
export type FollowUpState = "due" | "claimed" | "call-back" | "held" | "closed" | "removal" | "none";

export type BounceColumn =
  | "email"
  | "reason"
  | "first_name"
  | "last_name"
  | "company"
  | "phone"
  | "bounced_at"
  | "domain"
  | "crm_record_id"
  | "state";

/** What a tab shows and in which order; everything empty shows the whole tab. */
export type BounceView = {
  campaign_id: number;
  tab: BounceTab;
  /** Words, each to be found in the address, names, company or phone digits. */
  search: string;
  /** A reason's text (spaces and case don't matter), or "-" for rows without one. */
  reason: string;
  /** Whose problem it is by our verdict. */
  problem: VerdictProblem | "";
  domain: string;
  phone: "with" | "without" | "";
  state: FollowUpState | "";
  sort: BounceColumn;
  descending: boolean;
  /** A claim that wasn't renewed since has lapsed. */
  claimed_since: Date;
};

export type BounceRow = {
  address_id: number;
  contact_id: number;
  email: string;
  domain: string;
  reason: string | null;
  /** The codes and the word that the source told beside it and that don't stand in it. */
  told: string | null;
  /** Of our verdict; null where there is no reason, or it hasn't been read yet. */
  category: VerdictCategory | null;
  problem: VerdictProblem | null;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  phone_e164: string | null;
  crm_record_id: string | null;
  bounced_at: Date | null;
  /** An address that answers by itself so often that it may loop; only on the tab of auto-replies. */
  may_loop: boolean;
  state: FollowUpState;
  /** Who has the contact open (claimed) or to whom it is assigned. */
  who: string | null;
  due_at: Date | null;
  attempts: number;
  closed_as: FollowUpResult | null;
};

/** One page of a tab, without contacts that are out of the CRM. */
export async function listBounces(view: BounceView, { page, size }: { page: number; size: number }) {
  const found = sql`
    (select address_id, row_number() over () as place
     from (${wanted(view)} limit ${size} offset ${(page - 1) * size}) as wanted)
  `;
  const { rows } = await details(view, found).execute(db);
  return rows;
}

/** How many rows a view has, counted up to 100,000; the whole tab's number is kept with its campaign. */
export async function countBounces(view: BounceView): Promise<number> {
  if (!(view.search || view.reason || view.problem || view.domain || view.phone || view.state)) {
    const column = view.tab === "auto-reply" ? "auto_reply" : view.tab;
    const counts = await db
      .selectFrom("campaign_counts")
      .select(column)
      .where("campaign_id", "=", view.campaign_id)
      .executeTakeFirst();
    return counts?.[column] ?? 0;
  }
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select ${from(view)} limit 100000) as counted
  `.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * All rows of a view in its order, some at a time: the order is fixed first, as plain numbers, so that no connection
 * stays open for a reader on a slow line.
 */
export async function* readBounces(view: BounceView, chunk = 1000): AsyncGenerator<BounceRow[]> {
  const { rows } = await sql<{ address_id: number }>`${wanted(view)}`.execute(db);
  const ids = Int32Array.from(rows, (row) => row.address_id);
  rows.length = 0;
  for (let start = 0; start < ids.length; start += chunk) {
    const part = [...ids.subarray(start, start + chunk)];
    const read = await details(view, sql`unnest(${part}::int[]) with ordinality`).execute(db);
    yield read.rows;
  }
}

/** A tab's most frequent reasons with their numbers; null stands for rows without one. */
export async function listReasons(campaign_id: number, tab: BounceTab, limit = 50) {
  const { rows } = await sql<{ reason: string | null; count: number }>`
    select min(reason) as reason, sum(count)::int as count
    from (
      select ${reason(tab)} as reason, count(*) as count
      from deliveries d
      where d.campaign_id = ${campaign_id} and ${inTab(tab)} and d.address_id not in (${removedAddresses})
      group by 1
    ) as found
    group by ${reasonKey(sql`reason`)} order by 2 desc, 1 nulls last limit ${limit}
  `.execute(db);
  return rows;
}

/** Whose problem a tab's rows are by our verdict, with their numbers; most frequent first. */
export async function listProblems(campaign_id: number, tab: BounceTab) {
  const { rows } = await sql<{ problem: VerdictProblem; count: number }>`
    select v.problem, sum(found.count)::int as count
    from (
      select ${verdictId(tab)} as verdict_id, count(*) as count
      from deliveries d
      where d.campaign_id = ${campaign_id} and ${inTab(tab)} and ${verdictId(tab)} is not null and d.address_id not in (${removedAddresses})
      group by 1
    ) as found join verdicts v on v.id = found.verdict_id
    group by v.problem order by 2 desc, 1
  `.execute(db);
  return rows;
}

/** A tab's most frequent recipient domains with their numbers. */
export async function listDomains(campaign_id: number, tab: BounceTab, limit = 50) {
  const { rows } = await sql<{ domain: string; count: number }>`
    select a.domain, count(*)::int as count
    from deliveries d join addresses a on a.id = d.address_id
    where d.campaign_id = ${campaign_id} and ${inTab(tab)} and ${inCrm}
    group by a.domain order by 2 desc, 1 limit ${limit}
  `.execute(db);
  return rows;
}

/** The domains with most bounces of a campaign, hard and soft apart. */
export async function listBouncedDomains(campaign_id: number, limit = 12) {
  const { rows } = await sql<{ domain: string; hard: number; soft: number }>`
    select a.domain, count(*) filter (where d.bounce_kind = 'hard')::int as hard,
      count(*) filter (where d.bounce_kind = 'soft')::int as soft
    from deliveries d join addresses a on a.id = d.address_id
    where d.campaign_id = ${campaign_id} and d.bounce_kind is not null and ${inCrm}
    group by a.domain order by count(*) desc, a.domain limit ${limit}
  `.execute(db);
  return rows;
}

const inTab = (tab: BounceTab) => (tab === "auto-reply" ? sql`d.auto_reply` : sql`d.bounce_kind = ${tab}`);
const reason = (tab: BounceTab) => (tab === "auto-reply" ? sql`d.auto_reply_reason` : sql`d.bounce_reason`);
const told = (tab: BounceTab) =>
  tab === "auto-reply"
    ? sql`null`
    : sql`(
        select string_agg(told.value, ' · ' order by told.key) from jsonb_each_text(d.bounce_told) as told
        where strpos(d.bounce_reason, told.value) = 0
      )`;
const verdictId = (tab: BounceTab) => (tab === "auto-reply" ? sql`d.auto_reply_verdict_id` : sql`d.bounce_verdict_id`);
/** Sources write the same reason with other spaces and another case on every second row. */
const reasonKey = (text: RawBuilder<unknown>) => sql`regexp_replace(lower(${text}), '\\s+', '', 'g')`;
/** As `inCrm` says it contact by contact: for those that count a whole tab, all of them at once. */
const removedAddresses = sql`
  select a.id from removals r join addresses a on a.contact_id = r.contact_id
  where r.state = 'confirmed' and r.decision = 'remove'
`;
const inCrm = sql`not exists (
  select from removals r where r.contact_id = a.contact_id and r.state = 'confirmed' and r.decision = 'remove'
)`;

// One index look-up a contact; a contact's newest follow-up is its open one where there is one.
const newestFollowUp = sql`left join lateral (
  select * from follow_ups f where f.contact_id = a.contact_id order by f.id desc limit 1
) f on true`;

const state = (claimed_since: Date) => sql`case
  when exists (select from removals r where r.contact_id = a.contact_id and r.state in ('requested', 'exported')) then 'removal'
  when f.id is null then 'none'
  when f.closed_at is not null then 'closed'
  when coalesce(f.claim_renewed_at, f.claimed_at) > ${claimed_since} then 'claimed'
  when f.is_call_back and f.due_at > now() then 'call-back'
  when ${isHeld} then 'held'
  else 'due'
end`;

/** The rows of a view without their order: only the tables that its filters and order need. */
function from(view: BounceView): RawBuilder<unknown> {
  const { campaign_id, tab, search, claimed_since } = view;
  const words = wordsOf(search);
  const conditions = [
    sql`d.campaign_id = ${campaign_id}`,
    inTab(tab),
    inCrm,
    ...words.map((word) => sql`c.search like fold(${word})`),
  ];
  if (view.reason === "-") conditions.push(sql`${reason(tab)} is null`);
  else if (view.reason) conditions.push(sql`${reasonKey(reason(tab))} = ${reasonKey(sql`${view.reason}::text`)}`);
  if (view.problem) {
    conditions.push(sql`${verdictId(tab)} = any(array(select id from verdicts where problem = ${view.problem}))`);
  }
  if (view.domain) conditions.push(sql`a.domain = ${view.domain.toLowerCase()}`);
  if (view.phone) conditions.push(view.phone === "with" ? sql`c.phone is not null` : sql`c.phone is null`);
  if (view.state) conditions.push(sql`${state(claimed_since)} = ${view.state}`);
  const ofContact = ["first_name", "last_name", "company", "phone", "crm_record_id"].includes(view.sort);
  const joins = [sql`from deliveries d join addresses a on a.id = d.address_id`];
  if (words.length > 0 || view.phone || ofContact) joins.push(sql`join contacts c on c.id = a.contact_id`);
  if (view.state || view.sort === "state") joins.push(newestFollowUp);
  return sql`${sql.join(joins, sql` `)} where ${sql.join(conditions, sql` and `)}`;
}

function wanted(view: BounceView): RawBuilder<unknown> {
  const orders = {
    email: sql`a.email_key`,
    reason: sql`lower(${reason(view.tab)})`,
    first_name: sql`fold(c.first_name)`,
    last_name: sql`fold(c.last_name)`,
    company: sql`fold(c.company)`,
    phone: sql`c.phone`,
    bounced_at: view.tab === "auto-reply" ? sql`d.auto_replied_at` : sql`d.bounced_at`,
    domain: sql`a.domain`,
    crm_record_id: sql`c.crm_record_id`,
    state: sql`array_position(array['claimed', 'call-back', 'due', 'held', 'removal', 'closed', 'none'], ${state(view.claimed_since)})`,
  };
  const direction = view.descending ? sql`desc` : sql`asc`;
  return sql`
    select d.address_id ${from(view)}
    order by ${orders[view.sort]} ${direction} nulls last, a.email_key ${direction}
  `;
}

/** Everything that a row shows, for the addresses of `found(address_id, place)` in the order of their places. */
function details({ campaign_id, tab, claimed_since }: BounceView, found: RawBuilder<unknown>) {
  return sql<BounceRow>`
    select a.id as address_id, a.contact_id, a.email, a.domain, ${reason(tab)} as reason, ${told(tab)} as told,
      v.category, v.problem, c.first_name, c.last_name, c.company, c.phone, c.phone_e164, c.crm_record_id,
      ${tab === "auto-reply" ? sql`d.auto_replied_at` : sql`d.bounced_at`} as bounced_at,
      ${tab === "auto-reply" ? mayLoop : sql`false`} as may_loop, ${state(claimed_since)} as state,
      case when f.closed_at is null then
        case when coalesce(f.claim_renewed_at, f.claimed_at) > ${claimed_since} then claimer.name else assigned.name end
      end as who,
      f.due_at, coalesce(f.attempts, 0) as attempts, f.closed_as
    from ${found} as found (address_id, place)
    join deliveries d on d.campaign_id = ${campaign_id} and d.address_id = found.address_id
    join addresses a on a.id = d.address_id
    join contacts c on c.id = a.contact_id
    left join verdicts v on v.id = ${verdictId(tab)}
    ${newestFollowUp}
    left join users claimer on claimer.id = f.claimed_by
    left join users assigned on assigned.id = f.assigned_to
    order by found.place
  `;
}

/** A typed search as patterns for LIKE. A phone number is one word, whatever stands between its digits. */
function wordsOf(search: string): string[] {
  const text = search.trim().toLowerCase();
  const words = /^[\d\s()+./-]{3,}$/.test(text) ? [text.replaceAll(/\D/g, "")] : text.split(/\s+/);
  return words
    .filter(Boolean)
    .slice(0, 6)
    .map((word) => `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`);
}

/**
 * The contact's current address with its bounce: the campaign's when one is given and it bounced there, else its
 * latest. No bounce, no campaign.
 */
export const bounceOf = (contact_id: RawBuilder<unknown>, campaign_id: number | null) => sql`
  select a.id as address_id, a.email, d.campaign_id, k.name as campaign, d.bounce_kind, d.bounce_reason, v.category
  from addresses as a
  left join deliveries as d on d.address_id = a.id and d.bounce_kind is not null
  left join campaigns as k on k.id = d.campaign_id
  left join verdicts as v on v.id = d.bounce_verdict_id
  where a.contact_id = ${contact_id} and a.replaced_at is null
  order by d.campaign_id is not distinct from ${campaign_id}::int desc,
    coalesce(d.bounced_at, d.sent_at, k.sent_at, k.created_at) desc nulls last, d.campaign_id desc
  limit 1
`;
