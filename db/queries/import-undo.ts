import { sql, type Transaction } from "kysely";
import type { DB } from "../schema.ts";

/**
 * Takes back what an import wrote: before images are restored to the letter and what it created is deleted, where the
 * row is still as this import left it and no call, correction, removal or later import builds on it. A row that a later
 * import had built on goes, too, when that one is undone: so undoing them in any order ends the same.
 * Needs `touched_contacts(contact_id)`, which it fills; answers the campaigns whose deliveries changed. `onProgress` is told the
 * share of the import's own rows that is done.
 */
export async function takeBackRows(
  trx: Transaction<DB>,
  import_id: number,
  onProgress: (share: number) => void,
): Promise<Set<number>> {
  const campaigns = new Set<number>();
  const waiting = [import_id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { campaign_id, uncovered } = await takeBackOne(trx, next, next === import_id ? onProgress : undefined);
    campaigns.add(campaign_id);
    waiting.push(...uncovered);
  }
  return campaigns;
}

/** Work on a contact since the import named `i` was saved. */
const laterWork = (contact_id: string) =>
  sql.raw(`(
    exists (
      select from calls w where w.contact_id = ${contact_id} and w.called_at >= i.saved_at and w.taken_back_at is null
    ) or exists (
      select from corrections w where w.contact_id = ${contact_id} and w.corrected_at >= i.saved_at
    ) or exists (
      select from removals w
      where w.contact_id = ${contact_id} and w.requested_at >= i.saved_at and w.state <> 'withdrawn'
    )
  )`);

async function takeBackOne(trx: Transaction<DB>, import_id: number, onProgress: (share: number) => void = () => {}) {
  await sql`
    insert into touched_contacts
    select distinct c.id
    from imports i
    join deliveries d on d.campaign_id = i.campaign_id
    join addresses a on a.id = d.address_id
    join contacts c on c.id = a.contact_id
    where i.id = ${import_id} and (d.import_id = i.id or c.import_id = i.id)
    on conflict do nothing
  `.execute(trx);
  onProgress(0.2);

  // A bounce that somebody phoned about stays; what else the import says of a delivery nobody works on.
  const deliveries = await sql<{ import_id: number | null }>`
    with restored as (
      delete from import_delivery_changes k
      using deliveries d, addresses a, imports i
      where k.import_id = ${import_id} and d.campaign_id = k.campaign_id and d.address_id = k.address_id
        and d.import_id = k.import_id and a.id = d.address_id and i.id = k.import_id
        and not (d.bounce_kind::text is distinct from k.before ->> 'bounce_kind' and ${laterWork("a.contact_id")})
      returning k.campaign_id, k.address_id, k.before
    )
    update deliveries d
    set opened = b.opened, clicked = b.clicked, unsubscribed = b.unsubscribed, complained = b.complained,
      auto_reply = b.auto_reply, bounce_kind = b.bounce_kind, bounce_reason = b.bounce_reason, bounce_told = b.bounce_told,
      auto_reply_reason = b.auto_reply_reason, sent_at = b.sent_at, opened_at = b.opened_at,
      clicked_at = b.clicked_at, bounced_at = b.bounced_at, auto_replied_at = b.auto_replied_at,
      bounce_verdict_id = b.bounce_verdict_id, auto_reply_verdict_id = b.auto_reply_verdict_id,
      auto_reply_burst = b.auto_reply_burst, auto_reply_needs_call = coalesce(b.auto_reply_needs_call, false),
      import_id = (select id from imports where id = b.import_id)
    from restored r cross join lateral jsonb_populate_record(null::deliveries, r.before) b
    where d.campaign_id = r.campaign_id and d.address_id = r.address_id
    returning d.import_id
  `.execute(trx);
  onProgress(0.5);
  await sql`
    delete from deliveries d using addresses a, imports i
    where i.id = ${import_id} and d.campaign_id = i.campaign_id and d.import_id = i.id and a.id = d.address_id
      and not exists (
        select from import_delivery_changes k
        where k.import_id = d.import_id and k.campaign_id = d.campaign_id and k.address_id = d.address_id
      )
      and not (d.bounce_kind is not null and ${laterWork("a.contact_id")})
  `.execute(trx);
  onProgress(0.8);
  const contacts = await sql<{ import_id: number | null }>`
    with restored as (
      delete from import_contact_changes k
      using contacts c, imports i
      where k.import_id = ${import_id} and c.id = k.contact_id and c.import_id = k.import_id and i.id = k.import_id
        and not ${laterWork("c.id")}
      returning k.contact_id, k.before
    )
    update contacts c
    set first_name = b.first_name, last_name = b.last_name, company = b.company, phone = b.phone,
      phone_e164 = b.phone_e164, crm_record_id = b.crm_record_id, crm_module = b.crm_module, extra = b.extra,
      import_id = (select id from imports where id = b.import_id)
    from restored r cross join lateral jsonb_populate_record(null::contacts, r.before) b
    where c.id = r.contact_id
    returning c.import_id
  `.execute(trx);
  onProgress(1);

  const under = new Set([...deliveries.rows, ...contacts.rows].map((row) => row.import_id));
  const { rows } = await sql<{ id: number }>`
    select id from imports where id = any(${[...under]}::int[]) and state = 'undone' and id <> ${import_id} order by id
  `.execute(trx);
  const { campaign_id } = await trx
    .selectFrom("imports")
    .select("campaign_id")
    .where("id", "=", import_id)
    .executeTakeFirstOrThrow();
  return { campaign_id, uncovered: rows.map(({ id }) => id) };
}

/**
 * Deletes those of `touched_contacts` that only undone imports know, or the one that is just being undone, and nobody has worked on. This is
 * most of an undo's work: `onProgress` is told the share of it that is done.
 */
export async function dropUnknownContacts(
  trx: Transaction<DB>,
  import_id: number,
  onProgress: (share: number) => void,
): Promise<void> {
  await sql`analyze touched_contacts`.execute(trx);
  // Whoever asks for a removal right now is waited for: the statements below see it.
  await sql`
    select from contacts c join touched_contacts t on t.contact_id = c.id join imports i on i.id = c.import_id
    where i.state = 'undone' or i.id = ${import_id} for update of c
  `.execute(trx);
  // At most ten parts, so that tables which are looked through as a whole are so ten times and no more.
  const { rows: parts } = await sql<{ first: number; last: number }>`
    select min(contact_id) as first, max(contact_id) as last
    from (
      select contact_id, ntile(n.parts) over (order by contact_id) as part
      from touched_contacts, (select least(count(*) / 10000 + 1, 10)::int as parts from touched_contacts) n
    ) t
    group by part order by part
  `.execute(trx);
  for (const [index, { first, last }] of parts.entries()) {
    await sql`
      delete from contacts c using touched_contacts t, imports i
      where c.id = t.contact_id and i.id = c.import_id and (i.state = 'undone' or i.id = ${import_id})
        and c.id between ${first} and ${last} and t.contact_id between ${first} and ${last}
        and not exists (
          select from addresses a join deliveries d on d.address_id = a.id where a.contact_id = c.id
        )
        and not exists (select from follow_ups w where w.contact_id = c.id)
        and not exists (select from calls w where w.contact_id = c.id)
        and not exists (select from corrections w where w.contact_id = c.id)
        and not exists (select from removals w where w.contact_id = c.id)
    `.execute(trx);
    onProgress((index + 1) / parts.length);
  }
}

/** The contacts on which an undone import has left something, and what builds on it. One definition for count and list. */
export const leftContacts = (import_id: number) => sql`(
  select c.id
  from imports i
  join deliveries d on d.campaign_id = i.campaign_id
  join addresses a on a.id = d.address_id
  join contacts c on c.id = a.contact_id
  where i.id = ${import_id} and (d.import_id = i.id or c.import_id = i.id)
  union
  select a.contact_id from import_delivery_changes k join addresses a on a.id = k.address_id
  where k.import_id = ${import_id}
    or (k.import_id in (
      select o.id from imports o join imports i on i.campaign_id = o.campaign_id where i.id = ${import_id}
    ) and (k.before ->> 'import_id')::int = ${import_id})
  union
  select contact_id from import_contact_changes k
  where k.import_id = ${import_id} or (k.before ->> 'import_id')::int = ${import_id}
)`;
