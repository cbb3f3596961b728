import { type RawBuilder, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB, VerdictCategory } from "../schema.ts";
import { writing } from "./turn.ts";

/** A campaign's bounces of one category with one reason at one domain. */
export type BounceGroup = { category: VerdictCategory; reason: string; domain: string; address_ids: number[] };
export type IncidentHost = { name: string; domains: string[]; addresses: number };
export type FoundIncident<Category extends VerdictCategory = VerdictCategory> = {
  category: Category;
  cause: string;
  address_ids: number[];
  hosts: number;
  top_hosts: IncidentHost[];
  reasons: string[];
};

// One at a time for a campaign; an import, which locks follow-ups before its campaign, is in nobody's way.
const REFRESH = 7_369_630;

/** Held back: its incident is, and nobody promised the call. `f` is the follow-up. */
export const isHeld = sql`(f.incident_id is not null and not f.is_call_back)`;
/** The contrary, word for word as the worklist's index has it. */
export const isFree = sql`(f.incident_id is null or f.is_call_back)`;

const stands = sql`i.held_at is not null and i.released_at is null`;

/**
 * Finds a campaign's incidents anew with `find`, in its bounces of these categories, without contacts that are out of the CRM, and stores them with
 * their addresses. One that is held holds what came to it, and lets go of what it has no more; one that is no incident any more is gone.
 */
export async function refreshIncidents(
  campaign_id: number,
  categories: readonly VerdictCategory[],
  find: (bounces: BounceGroup[]) => FoundIncident[],
): Promise<void> {
  await writing(async (trx) => {
    await sql`select pg_advisory_xact_lock(${REFRESH}, ${campaign_id}::int)`.execute(trx);
    // Its deletion waits until this is done, as it would for a key.
    const { rows } = await sql`select from campaigns where id = ${campaign_id} for key share`.execute(trx);
    if (rows.length === 0) return;
    const found = find(await readBounces(trx, campaign_id, categories));
    const ids = await saveFound(trx, campaign_id, found);
    await settle(
      trx,
      sql`
        select f.contact_id from follow_ups f join incidents i on i.id = f.incident_id where i.campaign_id = ${campaign_id}
        union
        select a.contact_id from incidents i join incident_addresses m on m.incident_id = i.id join addresses a on a.id = m.address_id
        where i.campaign_id = ${campaign_id} and ${stands}
      `,
    );
    await sql`delete from incidents where campaign_id = ${campaign_id} and id <> all(${ids}::int[])`.execute(trx);
  });
}

async function readBounces(
  trx: Transaction<DB>,
  campaign_id: number,
  categories: readonly VerdictCategory[],
): Promise<BounceGroup[]> {
  const { rows } = await sql<BounceGroup>`
    select v.category, d.bounce_reason as reason, a.domain, array_agg(d.address_id order by d.address_id) as address_ids
    from deliveries d join verdicts v on v.id = d.bounce_verdict_id join addresses a on a.id = d.address_id
    where d.campaign_id = ${campaign_id} and d.bounce_kind is not null
      and v.category = any(${[...categories]}::verdict_category[])
      and not exists (
        select from removals r where r.contact_id = a.contact_id and r.state = 'confirmed' and r.decision = 'remove'
      )
    group by v.category, d.bounce_reason, a.domain
  `.execute(trx);
  return rows;
}

async function saveFound(trx: Transaction<DB>, campaign_id: number, found: FoundIncident[]): Promise<number[]> {
  const rows = found.map(({ address_ids, ...one }) => ({ ...one, addresses: address_ids.length }));
  // In one order: somebody may be holding, or releasing, some of them.
  const saved = await sql<{ id: number; category: VerdictCategory; cause: string }>`
    insert into incidents (campaign_id, category, cause, addresses, hosts, top_hosts, reasons)
    select ${campaign_id}::int, category, cause, addresses, hosts, top_hosts, reasons
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (category verdict_category, cause text, addresses int, hosts int, top_hosts jsonb, reasons text[])
    order by category, cause
    on conflict (campaign_id, category, cause) do update set addresses = excluded.addresses, hosts = excluded.hosts,
      top_hosts = excluded.top_hosts, reasons = excluded.reasons
    returning id, category, cause
  `.execute(trx);
  const keyOf = ({ category, cause }: { category: VerdictCategory; cause: string }) => `${category} ${cause}`;
  const ids = new Map(saved.rows.map((row) => [keyOf(row), row.id]));
  const incident_ids = found.flatMap((one) => one.address_ids.map(() => ids.get(keyOf(one)) ?? 0));
  await sql`
    create temp table found_addresses on commit drop as
    select * from unnest(${incident_ids}::int[], ${found.flatMap((one) => one.address_ids)}::int[]) as m (incident_id, address_id)
  `.execute(trx);
  await sql`
    with gone as (
      delete from incident_addresses m using incidents i
      where i.id = m.incident_id and i.campaign_id = ${campaign_id} and not exists (
        select from found_addresses n where (n.incident_id, n.address_id) = (m.incident_id, m.address_id)
      )
    )
    insert into incident_addresses select * from found_addresses order by incident_id, address_id on conflict do nothing
  `.execute(trx);
  return [...ids.values()];
}

/**
 * Brings the open follow-ups of these contacts to what the held incidents say of their current addresses: held by one, or free. What a person put on
 * the worklist by hand is only held by whom `byHandToo` says so: who holds an incident has just seen how many there are.
 * Answers how many it held and how many it let go. Claims go on.
 */
async function settle(
  trx: Transaction<DB>,
  contact_ids: RawBuilder<unknown>,
  { byHandToo = false } = {},
): Promise<{ held: number; freed: number }> {
  const { rows } = await sql<{ held: number; freed: number }>`
    with chosen as materialized (${contact_ids}), holding as materialized (
      select a.contact_id, min(i.id) as incident_id
      from incidents i
      join incident_addresses m on m.incident_id = i.id
      join addresses a on a.id = m.address_id and a.replaced_at is null
      where ${stands}
      group by a.contact_id
    ), open as materialized (
      select f.id, f.is_call_back, f.incident_id as was, h.incident_id as is_now
      -- Who answered that somebody has left is phoned for that.
      from follow_ups f left join holding h on h.contact_id = f.contact_id and f.kind <> 'auto-reply'
      where f.closed_at is null and f.contact_id in (select contact_id from chosen)
        and f.incident_id is distinct from h.incident_id
        and (f.incident_id is not null or f.opened_by is null or ${byHandToo}::boolean)
      order by f.id for update of f
    ), changed as (
      update follow_ups f set incident_id = o.is_now from open o where f.id = o.id
      returning o.was, o.is_now, o.is_call_back
    )
    select count(*) filter (where was is null)::int as held, count(*) filter (where is_now is null)::int as freed
    from changed where not is_call_back
  `.execute(trx);
  return rows[0] ?? { held: 0, freed: 0 };
}

/**
 * Holds the calls back to all contacts whose current address is in the incident, and to those that later imports add. Answers the campaign and how many
 * calls that took off the worklist; undefined where there is no such incident. Again it changes nothing.
 */
export async function holdIncident(id: number, user_id: number) {
  return writing(async (trx) => {
    const incident = await lockIncident(trx, id);
    if (!incident) return undefined;
    await sql`
      update incidents i set held_by = ${user_id}, held_at = now(), released_by = null, released_at = null
      where id = ${id} and not (${stands})
    `.execute(trx);
    const members = sql`
      select a.contact_id from incident_addresses m join addresses a on a.id = m.address_id where m.incident_id = ${id}
    `;
    const { held } = await settle(trx, members, { byHandToo: !incident.is_held });
    return { ...incident, count: held };
  });
}

/** Sets the incident's calls free together, but for those that another incident holds, too. Answers as `holdIncident`. */
export async function releaseIncident(id: number, user_id: number) {
  return writing(async (trx) => {
    const incident = await lockIncident(trx, id);
    if (!incident) return undefined;
    await sql`
      update incidents i set released_by = ${user_id}, released_at = now() where id = ${id} and ${stands}
    `.execute(trx);
    const { freed } = await settle(trx, sql`select contact_id from follow_ups where incident_id = ${id}`);
    // Closed meanwhile: should they be opened again, it isn't as held ones.
    await sql`update follow_ups set incident_id = null where incident_id = ${id} and closed_at is not null`.execute(
      trx,
    );
    return { ...incident, count: freed };
  });
}

async function lockIncident(trx: Transaction<DB>, id: number) {
  const { rows } = await sql<{ campaign_id: number; is_held: boolean }>`
    select campaign_id, ${stands} as is_held from incidents i where id = ${id} for no key update
  `.execute(trx);
  return rows[0];
}

/** What a line says of an incident. `host` is the one with most addresses. */
export type IncidentBrief = {
  id: number;
  campaign_id: number;
  category: VerdictCategory;
  addresses: number;
  hosts: number;
  host: string;
  is_held: boolean;
};

const brief = sql`
  i.id, i.campaign_id, i.category, i.addresses, i.hosts, i.top_hosts -> 0 ->> 'name' as host, ${stands} as is_held
`;

/** A campaign's incidents: ours first, then the message's, the recipients', and what passes; of these those with most addresses. */
const order = sql`
  array_position('{sender-blocked,sender-auth,spam-content,message-too-big,message-rejected}'::verdict_category[], i.category) is null,
  i.addresses desc, i.id
`;

/** The campaign's first incident, and how many it has: what its pages say. One look into an index. */
export async function findMainIncident(
  campaign_id: number,
): Promise<(IncidentBrief & { reason: string; total: number }) | undefined> {
  const { rows } = await sql<IncidentBrief & { reason: string; total: number }>`
    select ${brief}, left(i.reasons[1], 300) as reason, count(*) over ()::int as total
    from incidents i where i.campaign_id = ${campaign_id} order by ${order} limit 1
  `.execute(db);
  return rows[0];
}

export type IncidentRow = IncidentBrief & {
  top_hosts: IncidentHost[];
  reasons: string[];
  held_by: string | null;
  held_at: Date | null;
  released_by: string | null;
  released_at: Date | null;
  /** Contacts with an open follow-up and their current address in it; of these those it holds, and those promised for later. */
  open: number;
  held: number;
  promised: number;
};

/** A campaign's first incidents with everything that is known of them, and how many there are. */
export async function listIncidents(
  campaign_id: number,
  limit = 50,
): Promise<{ incidents: IncidentRow[]; total: number }> {
  const { rows } = await sql<IncidentRow & { total: number }>`
    with chosen as materialized (
      select i.*, count(*) over ()::int as total from incidents i where i.campaign_id = ${campaign_id} order by ${order} limit ${limit}
    ), calls as (
      select m.incident_id, count(*)::int as open, count(*) filter (where ${isHeld})::int as held,
        count(*) filter (where f.is_call_back)::int as promised
      from incident_addresses m
      join addresses a on a.id = m.address_id and a.replaced_at is null
      join follow_ups f on f.contact_id = a.contact_id and f.closed_at is null and f.kind <> 'auto-reply'
      where m.incident_id in (select id from chosen)
      group by m.incident_id
    )
    select ${brief}, i.top_hosts, i.reasons, holder.name as held_by, i.held_at, releaser.name as released_by, i.released_at,
      coalesce(c.open, 0) as open, coalesce(c.held, 0) as held, coalesce(c.promised, 0) as promised, i.total
    from chosen i
    left join calls c on c.incident_id = i.id
    left join users holder on holder.id = i.held_by
    left join users releaser on releaser.id = i.released_by
    order by ${order}
  `.execute(db);
  return { incidents: rows.map(({ total: _, ...incident }) => incident), total: rows[0]?.total ?? 0 };
}

/** What holds calls back just now, in all campaigns, with how many. */
export async function listHeldIncidents(limit = 20): Promise<(IncidentBrief & { campaign: string; calls: number })[]> {
  const { rows } = await sql<IncidentBrief & { campaign: string; calls: number }>`
    select ${brief}, c.name as campaign, n.calls
    from (
      select f.incident_id, count(*)::int as calls from follow_ups f
      where f.closed_at is null and f.incident_id is not null and ${isHeld} group by f.incident_id
    ) n
    join incidents i on i.id = n.incident_id join campaigns c on c.id = i.campaign_id
    order by n.calls desc, i.id limit ${limit}
  `.execute(db);
  return rows;
}

/** Why a contact's calls are held back, since when and by whom; undefined when they aren't. */
export async function findHold(contact_id: number) {
  const { rows } = await sql<IncidentBrief & { campaign: string; held_by: string; held_at: Date }>`
    select ${brief}, c.name as campaign, u.name as held_by, i.held_at
    from follow_ups f join incidents i on i.id = f.incident_id join campaigns c on c.id = i.campaign_id join users u on u.id = i.held_by
    where f.contact_id = ${contact_id} and f.closed_at is null and ${isHeld}
  `.execute(db);
  return rows[0];
}
