import { sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB } from "../schema.ts";

/** Open follow-ups, for the navigation: counted up to 1,000, since no more is ever shown. */
export async function countOpenFollowUps(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select 1 from follow_ups where closed_at is null limit 1000) as some
  `.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Brings the follow-ups of the contacts in the temporary table `touched_contacts(contact_id)`, which the caller filled in
 * this transaction, up to date with their deliveries: facts and kind of the open ones, new ones for contacts that bounced
 * since their last follow-up closed, and an end to those whose bounce is gone (an import undone).
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
  await sql`
    with bounced as (
      select t.contact_id,
        count(d.bounce_kind)::int as bounces,
        max(coalesce(d.bounced_at, d.sent_at, c.sent_at)) filter (where d.bounce_kind is not null) as last_bounced_at,
        -- Of a campaign without a date we know only that it isn't younger than its first import.
        max(coalesce(d.bounced_at, d.sent_at, c.sent_at, c.created_at)) filter (where d.bounce_kind is not null)
          as known_bounced_at,
        (array_agg(d.bounce_kind::text
          order by coalesce(d.bounced_at, d.sent_at, c.sent_at, c.created_at) desc, d.campaign_id desc)
          filter (where d.bounce_kind is not null))[1]::follow_up_kind as kind,
        coalesce(bool_or(d.opened), false) as used_to_open
      from touched_contacts as t
      left join addresses as a on a.contact_id = t.contact_id and a.replaced_at is null
      left join deliveries as d on d.address_id = a.id
      left join campaigns as c on c.id = d.campaign_id
      group by t.contact_id
    ), facts as materialized (
      select bounced.*, f.id as follow_up_id, f.kind as old_kind, f.opened_by, f.claimed_by, f.attempts
      from bounced
      -- "offset 0" keeps the planner at one look into the index for each contact: between two imports in a row the
      -- table's statistics are minutes old, and a join planned by them took minutes for 100,000 contacts.
      left join lateral (
        select * from follow_ups where contact_id = bounced.contact_id and closed_at is null offset 0
      ) as f on true
    ), gone as materialized (
      select follow_up_id,
        claimed_by is null and attempts = 0
          and not exists (select from calls where calls.follow_up_id = facts.follow_up_id) as untouched
      from facts
      where follow_up_id is not null and bounces = 0 and old_kind <> 'manual' and opened_by is null
    ), deleted as (
      delete from follow_ups where id in (select follow_up_id from gone where untouched)
    ), closed as (
      update follow_ups
      set closed_at = now(), closed_as = 'no-longer-bouncing', claimed_by = null, claimed_at = null,
        bounces = 0, last_bounced_at = null
      where id in (select follow_up_id from gone where not untouched)
    ), changed as (
      update follow_ups as f
      set bounces = facts.bounces, last_bounced_at = facts.last_bounced_at, used_to_open = facts.used_to_open,
        kind = coalesce(facts.kind, 'manual')
      from facts
      where f.id = facts.follow_up_id and (facts.bounces > 0 or facts.old_kind = 'manual' or facts.opened_by is not null)
        and (f.bounces, f.last_bounced_at, f.used_to_open, f.kind) is distinct from
          (facts.bounces, facts.last_bounced_at, facts.used_to_open, coalesce(facts.kind, 'manual'))
    )
    insert into follow_ups (contact_id, kind, import_id, bounces, last_bounced_at, used_to_open)
    select contact_id, kind, ${import_id}::int, bounces, last_bounced_at, used_to_open
    from facts
    where bounces > 0 and follow_up_id is null
      and not exists (
        select from follow_ups as f
        where f.contact_id = facts.contact_id and f.closed_at >= facts.known_bounced_at
          and f.closed_as <> 'no-longer-bouncing'
      )
      and not exists (
        select from removals as r
        where r.contact_id = facts.contact_id and r.state in ('requested', 'exported', 'confirmed')
      )
    on conflict (contact_id) where closed_at is null do nothing
  `.execute(trx);
}
