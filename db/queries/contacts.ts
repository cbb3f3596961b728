import { sql, type Updateable } from "kysely";
import { db } from "../connection.ts";
import type {
  BounceKind,
  CallOutcome,
  Contact,
  FollowUpKind,
  FollowUpResult,
  RemovalDecision,
  RemovalState,
  VerdictCategory,
} from "../schema.ts";
import { trigramBits } from "./search-text.ts";
import { takeTurn } from "./turn.ts";

export type ContactRow = {
  id: number;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  phone_e164: string | null;
  email: string;
  follow_up: FollowUpKind | null;
  /** The latest removal that stands: open, or confirmed. */
  removal: RemovalState | null;
  removal_decision: RemovalDecision | null;
};

/** More than anybody reads: a search that finds more is answered with the first of these, and says so. */
export const searchLimit = 1000;

/**
 * Contacts that have every word of the search in an address (also an earlier one), a name, the company or the phone's
 * digits; case and accents don't matter. Without a search all of them, newest first. `total` stops at `searchLimit`.
 */
export async function listContacts(view: {
  search: string;
  page: number;
  size: number;
}): Promise<{ contacts: ContactRow[]; total: number }> {
  const words = searchWords(view.search);
  const [first] = words;
  const page = sql`limit ${view.size} offset ${(view.page - 1) * view.size}`;
  const begins = `${escaped(view.search.trim())}%`;
  const hasAll = sql.join(
    words.map((word) => sql`c.search like fold(${anywhere(word)})`),
    sql` and `,
  );
  // What a large import brought is found by a scan, until it is indexed: of those whose filter has the words' trigrams.
  const bits = [...new Set(words.flatMap(trigramBits))].slice(0, askedBits);
  const mayHaveAll = sql.join([sql`true`, ...bits.map((bit) => sql`get_bit(u.trigrams, ${bit}) = 1`)], sql` and `);
  const found = first
    ? sql`
        select c.id from (
          (select c.id from contacts as c where c.is_indexed and ${hasAll} limit ${searchLimit})
          union all
          (
            select c.id from unindexed_contacts as u
            -- "offset 0": range by range. Free to choose, the planner would scan every contact to find that there is none.
            cross join lateral (
              select c.id from contacts as c
              where c.id between u.first_id and u.last_id and not c.is_indexed and ${hasAll} offset 0
            ) as c
            where ${mayHaveAll}
            limit ${searchLimit}
          )
          limit ${searchLimit}
        ) as c`
    : sql`select id from contacts order by id desc limit ${searchLimit}`;
  const order = first
    ? sql`c.search like fold(${begins}) desc, lower(coalesce(c.company, c.last_name, c.first_name)), c.id`
    : sql`c.id desc`;
  const { rows } = await sql<ContactRow & { total: number }>`
    with found as materialized (${found}),
    shown as materialized (
      select c.*, row_number() over (order by ${order}) as position
      from contacts as c where c.id in (select id from found)
      order by ${order} ${page}
    )
    select c.id, c.first_name, c.last_name, c.company, c.phone, c.phone_e164, coalesce(a.email, '') as email,
      f.kind as follow_up, r.state as removal, r.decision as removal_decision,
      (select count(*)::int from found) as total
    from shown as c
    left join addresses as a on a.contact_id = c.id and a.replaced_at is null
    left join follow_ups as f on f.contact_id = c.id and f.closed_at is null
    left join lateral (
      select state, decision from removals
      where contact_id = c.id and state in ('requested', 'exported', 'confirmed') order by id desc limit 1
    ) as r on true
    order by c.position
  `.execute(db);
  return { contacts: rows, total: rows[0]?.total ?? 0 };
}

/** The longest first: it finds the fewest. What looks like a phone is one word of digits. */
function searchWords(search: string): string[] {
  const digits = search.replace(/\D/g, "");
  if (/^[\d\s().+/-]+$/.test(search) && digits.length >= 3) return [digits];
  const words = search.split(/\s+/).filter((word) => word !== "");
  return words.sort((a, b) => b.length - a.length).slice(0, 10);
}

/** The longest word's first; more of them would hardly tell more. */
const askedBits = 16;

const escaped = (text: string) => text.replace(/[\\%_]/g, "\\$&");
const anywhere = (word: string) => `%${escaped(word)}%`;

/**
 * Brings the contacts that a large import wrote into the index of searches, a few at a time, and lets every import go first: what is
 * found by a scan meanwhile is then found by the index.
 */
export async function indexContacts(): Promise<void> {
  for (let count = rangesAtATime; count === rangesAtATime; ) {
    count = await db.transaction().execute(async (trx) => {
      await takeTurn(trx);
      const { rows } = await sql<{ count: number }>`
        with ranges as (
          delete from unindexed_contacts
          where first_id = any(array(select first_id from unindexed_contacts order by first_id limit ${rangesAtATime}))
          returning first_id, last_id
        ), indexed as (
          update contacts set is_indexed = true
          where id = any(array(
            select c.id from ranges as r
            cross join lateral (
              select id from contacts where id between r.first_id and r.last_id and not is_indexed offset 0
            ) as c
          ))
        )
        select count(*)::int as count from ranges
      `.execute(trx);
      return rows[0]?.count ?? 0;
    });
  }
}

/** Some 2,000 contacts, about a tenth of a second's work. */
const rangesAtATime = 64;

export async function findContact(id: number) {
  return db
    .selectFrom("contacts as c")
    .leftJoin("addresses as a", (join) => join.onRef("a.contact_id", "=", "c.id").on("a.replaced_at", "is", null))
    .select(["c.id", "c.first_name", "c.last_name", "c.company", "c.phone", "c.phone_e164"])
    .select(["c.crm_record_id", "c.crm_module", "c.created_at", sql<string>`coalesce(a.email, '')`.as("email")])
    .where("c.id", "=", id)
    .executeTakeFirst();
}

/** The contact's addresses, the current one first. */
export async function listAddresses(contact_id: number) {
  return db
    .selectFrom("addresses")
    .select(["id", "email", "created_at", "replaced_at"])
    .where("contact_id", "=", contact_id)
    .orderBy("replaced_at", (order) => order.desc().nullsFirst())
    .limit(50)
    .execute();
}

export async function updateContact(
  id: number,
  values: Pick<
    Updateable<Contact>,
    "first_name" | "last_name" | "company" | "phone" | "phone_e164" | "crm_record_id" | "crm_module"
  >,
): Promise<boolean> {
  // Written by hand, so no import may undo it any more.
  const { numUpdatedRows } = await db
    .updateTable("contacts")
    .set({ ...values, import_id: null })
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** The latest bounce of the contact's current address and in how many campaigns it bounced, or undefined. */
export async function findLatestBounce(contact_id: number) {
  const { rows } = await sql<{
    campaign_id: number;
    campaign: string;
    kind: BounceKind;
    reason: string | null;
    /** Of our verdict; null where there is no reason, or it hasn't been read yet. */
    category: VerdictCategory | null;
    /** Null where neither the source nor the campaign says when. */
    bounced_at: Date | null;
    campaigns: number;
    opened: number;
    sent: number;
  }>`
    select k.id as campaign_id, k.name as campaign, d.bounce_kind as kind, d.bounce_reason as reason, v.category,
      coalesce(d.bounced_at, d.sent_at, k.sent_at) as bounced_at,
      count(*) filter (where d.bounce_kind is not null) over all_of_them as campaigns,
      count(*) filter (where d.opened) over all_of_them as opened,
      count(*) over all_of_them as sent
    from addresses as a
    join deliveries as d on d.address_id = a.id
    join campaigns as k on k.id = d.campaign_id
    left join verdicts as v on v.id = d.bounce_verdict_id
    where a.contact_id = ${contact_id} and a.replaced_at is null
    window all_of_them as ()
    order by (d.bounce_kind is not null) desc, coalesce(d.bounced_at, d.sent_at, k.sent_at, k.created_at) desc, k.id desc
    limit 1
  `.execute(db);
  return rows[0]?.kind ? rows[0] : undefined;
}

/** The latest automatic answer from the contact's current address that says something, or undefined. */
export async function findLatestReply(contact_id: number) {
  const { rows } = await sql<{
    campaign_id: number;
    campaign: string;
    email: string;
    reason: string;
    category: VerdictCategory | null;
    /** Null where neither the source nor the campaign says when. */
    replied_at: Date | null;
  }>`
    select k.id as campaign_id, k.name as campaign, a.email, d.auto_reply_reason as reason, v.category,
      coalesce(d.auto_replied_at, d.sent_at, k.sent_at) as replied_at
    from addresses as a
    join deliveries as d on d.address_id = a.id and d.auto_reply_reason is not null
    join campaigns as k on k.id = d.campaign_id
    left join verdicts as v on v.id = d.auto_reply_verdict_id
    where a.contact_id = ${contact_id} and a.replaced_at is null
    order by coalesce(d.auto_replied_at, d.sent_at, k.sent_at, k.created_at) desc, k.id desc
    limit 1
  `.execute(db);
  return rows[0];
}

type Event<Kind extends string, Data> = { at: Date; kind: Kind; by: string | null } & Data;

/** What happened to a contact; times inside are ISO text. */
export type TimelineEvent =
  | Event<
      "delivery",
      {
        campaign_id: number;
        campaign: string;
        /** False where nobody said when: `at` is then only a guess to sort by. */
        dated: boolean;
        email: string;
        opened: boolean;
        clicked: boolean;
        unsubscribed: boolean;
        complained: boolean;
        bounce_kind: BounceKind | null;
        bounce_reason: string | null;
        bounce_category: VerdictCategory | null;
        auto_reply: boolean;
        auto_reply_reason: string | null;
        auto_reply_category: VerdictCategory | null;
      }
    >
  | Event<
      "call",
      {
        call_id: number;
        called_by: number;
        outcome: CallOutcome;
        note: string;
        call_back_at: string | null;
        new_email: string | null;
        taken_back_at: string | null;
        taken_back_by: string | null;
        /** A later call stands in its place. */
        corrected: boolean;
        corrects: boolean;
        /** No later call that still counts. */
        latest: boolean;
      }
    >
  | Event<"correction", { old_email: string; new_email: string; batch_id: number | null }>
  | Event<"removal-requested", { removal_id: number; decision: RemovalDecision; reason: string; state: RemovalState }>
  | Event<"removal-exported", { batch_id: number }>
  | Event<"removal-decided", { state: "confirmed" | "kept" | "withdrawn"; decision: RemovalDecision; note: string }>
  | Event<"opened", { follow_up: FollowUpKind; campaign: string | null }>
  | Event<"closed", { closed_as: FollowUpResult; follow_up_id: number }>;

/** One page of everything that ever happened to a contact, newest first, and how many events there are. */
export async function listTimeline(view: {
  contact_id: number;
  page: number;
  size: number;
}): Promise<{ events: TimelineEvent[]; total: number }> {
  const { contact_id } = view;
  const { rows } = await sql<{ at: Date; kind: string; by: string | null; data: object; total: number }>`
    with events (at, kind, rank, ref, user_id, data) as (
      select coalesce(d.bounced_at, d.auto_replied_at, d.clicked_at, d.opened_at, d.sent_at, k.sent_at, k.created_at),
        'delivery', 9, k.id, null::int,
        jsonb_build_object('campaign_id', k.id, 'campaign', k.name, 'email', a.email,
          'dated', coalesce(d.bounced_at, d.auto_replied_at, d.clicked_at, d.opened_at, d.sent_at, k.sent_at) is not null,
          'opened', d.opened, 'clicked', d.clicked, 'unsubscribed', d.unsubscribed, 'complained', d.complained,
          'bounce_kind', d.bounce_kind, 'bounce_reason', d.bounce_reason,
          'bounce_category', (select category from verdicts where id = d.bounce_verdict_id),
          'auto_reply', d.auto_reply, 'auto_reply_reason', d.auto_reply_reason,
          'auto_reply_category', (select category from verdicts where id = d.auto_reply_verdict_id))
      from addresses as a join deliveries as d on d.address_id = a.id join campaigns as k on k.id = d.campaign_id
      where a.contact_id = ${contact_id}
      union all
      select c.called_at, 'call', 4, c.id, c.called_by,
        jsonb_build_object('call_id', c.id, 'called_by', c.called_by, 'outcome', c.outcome, 'note', c.note,
          'call_back_at', c.call_back_at, 'new_email', c.new_email,
          'taken_back_at', c.taken_back_at, 'taken_back_by', (select name from users where id = c.taken_back_by),
          'corrected', exists (select from calls as n where n.corrects_call_id = c.id),
          'corrects', c.corrects_call_id is not null,
          'latest', not exists (
            select from calls as l where l.contact_id = c.contact_id and l.id > c.id and l.taken_back_at is null
          ))
      from calls as c where c.contact_id = ${contact_id}
      union all
      select n.corrected_at, 'correction', 3, n.id, n.corrected_by,
        jsonb_build_object('old_email', old.email, 'new_email', new.email, 'batch_id', n.batch_id)
      from corrections as n
      join addresses as old on old.id = n.old_address_id join addresses as new on new.id = n.new_address_id
      where n.contact_id = ${contact_id}
      union all
      select r.requested_at, 'removal-requested', 2, r.id, r.requested_by,
        jsonb_build_object('removal_id', r.id, 'decision', r.decision, 'reason', r.reason, 'state', r.state)
      from removals as r where r.contact_id = ${contact_id}
      union all
      select b.created_at, 'removal-exported', 1, r.id, b.created_by, jsonb_build_object('batch_id', b.id)
      from removals as r join batches as b on b.id = r.batch_id where r.contact_id = ${contact_id}
      union all
      select r.decided_at, 'removal-decided', 1, r.id, r.decided_by,
        jsonb_build_object('state', r.state, 'decision', r.decision, 'note', r.decided_note)
      from removals as r where r.contact_id = ${contact_id} and r.decided_at is not null
      union all
      select f.opened_at, 'opened', 8, f.id, f.opened_by,
        jsonb_build_object('follow_up', f.kind, 'campaign', k.name)
      from follow_ups as f left join imports as i on i.id = f.import_id left join campaigns as k on k.id = i.campaign_id
      where f.contact_id = ${contact_id}
      union all
      -- A call that closed it says so itself.
      select f.closed_at, 'closed', 0, f.id, f.closed_by,
        jsonb_build_object('closed_as', f.closed_as, 'follow_up_id', f.id)
      from follow_ups as f
      where f.contact_id = ${contact_id} and f.closed_at is not null
        and not exists (
          select from calls as c
          where c.follow_up_id = f.id and c.taken_back_at is null and (c.before ->> 'closed')::boolean
        )
    )
    select e.at, e.kind, u.name as by, e.data, (count(*) over ())::int as total
    from events as e left join users as u on u.id = e.user_id
    order by e.at desc, e.rank, e.ref desc
    limit ${view.size} offset ${(view.page - 1) * view.size}
  `.execute(db);
  const events = rows.map(({ at, kind, by, data }) => ({ ...data, at, kind, by }) as TimelineEvent);
  return { events, total: rows[0]?.total ?? 0 };
}
