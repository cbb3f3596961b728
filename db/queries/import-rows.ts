import { type RawBuilder, sql, type Transaction } from "kysely";
import type { DB } from "../schema.ts";
import { countStaged, stageOf, trigramsOf } from "./import-stage.ts";
import { type Built, buildTables, isMostOfAll } from "./import-tables.ts";
import { anyTrigrams, linesAFilter } from "./search-text.ts";
import { ChangedMeanwhile } from "./turn.ts";

export type Written = { created: number; updated: number; unchanged: number };

export type Target = {
  import_id: number;
  campaign_id: number;
  /** The file's values win over stored ones; else they only fill what is empty. */
  overwrite: boolean;
};

/** More new contacts than this are found by a scan at first: see `indexContacts`. */
const indexedAtOnce = 5_000;

/**
 * Brings an import's staged rows into contacts, addresses and deliveries of its campaign, keeping a before image of everything it
 * overwrites, and tells what it did with them. Opens the follow-ups of new contacts, and fills `touched_contacts(contact_id)` with the known ones
 * whose follow-ups may change. The caller holds the imports' turn, so that nobody else brings contacts or takes any away meanwhile.
 *
 * An empty cell never erases. A contact's fields are the file's; a delivery's facts only ever grow, so that the order in
 * which a campaign's lists come doesn't matter: hard stands over soft with its own reason, of times the earliest stays.
 * Without `overwrite` a file only fills gaps: what is known already, from another file or a person, stays.
 */
export async function writeRows(
  trx: Transaction<DB>,
  target: Target,
  { mayReplace = false, atWork = new Set(), onProgress = () => {} }: Writing = {},
): Promise<{ written: Written; built?: Built }> {
  const { import_id, campaign_id } = target;
  const known = await matchAddresses(trx, target);
  onProgress(0.1);
  const added = await reserveRows(trx, target, known);
  const built =
    mayReplace && added && (await isMostOfAll(trx, added.count))
      ? await buildAll(trx, added, known.rows > 0, atWork)
      : undefined;
  await sql`
    create temp table changed_rows (line integer not null, address_id integer) on commit drop
  `.execute(trx);
  // What is known already first: the statements for it are planned by what the tables held at the start.
  if (known.rows > 0) {
    await sql`
      with changed as materialized (
        ${changedContacts(import_id)}
        -- In one order for everybody, or two at work on the same contacts would wait for each other for ever.
        order by c.id for no key update of c
      ), kept as (
        insert into import_contact_changes (import_id, contact_id, before)
        select ${import_id}::int, id, before from changed
      ), written as (
        update contacts c set ${assignments(contactColumns)}, import_id = ${import_id}::int
        from changed m where m.id = c.id
      )
      insert into changed_rows (line) select line from changed
    `.execute(trx);
  }
  if (known.delivered > 0) {
    await sql`
      with changed as materialized (${changedDeliveries(target)}), kept as (
        insert into import_delivery_changes (import_id, campaign_id, address_id, before)
        select ${import_id}::int, campaign_id, address_id, before from changed
      ), written as (
        update deliveries d set ${assignments(newDelivery)}, import_id = ${import_id}::int
        from changed m where d.campaign_id = m.campaign_id and d.address_id = m.address_id
      )
      insert into changed_rows select line, address_id from changed
    `.execute(trx);
  }
  if (known.rows > known.delivered) {
    await sql`
      insert into deliveries (campaign_id, address_id, ${list(newDelivery)}, import_id)
      select ${campaign_id}::int, k.address_id, ${list(newDelivery, "s.")}, ${import_id}::int
      from known_rows k join ${stageOf(import_id)} s using (line)
      where not k.has_delivery
      -- In the order of their index, which is then read and written from one end to the other.
      order by k.address_id
    `.execute(trx);
  }
  onProgress(0.3);
  if (added && !built) {
    await insertContacts(trx, added);
    onProgress(0.5);
    await insertAddresses(trx, added);
    onProgress(0.75);
    await insertDeliveries(trx, added);
    await beginContacts(trx, added);
  }
  onProgress(0.8);
  await touchContacts(trx, target);
  onProgress(0.9);
  return { written: await countRows(trx, known.rows + (added?.count ?? 0)), built };
}

export type Writing = {
  /** Whether contacts, addresses and deliveries may be built anew; if they are, the caller ends with `takePlace`. */
  mayReplace?: boolean;
  /** Holds the processes of PostgreSQL that are at work beside the transaction's, as long as they are. */
  atWork?: Set<number>;
  /** Told the share of the work that is done. */
  onProgress?: (share: number) => void;
};

async function buildAll(trx: Transaction<DB>, added: Added, isKnown: boolean, atWork: Set<number>): Promise<Built> {
  const { import_id, count } = added;
  const all = (insert: typeof insertContacts) => async (own: Transaction<DB>) => {
    if ((await insert(own, added)) === count) return;
    throw new ChangedMeanwhile("an address came while its table was built anew");
  };
  return buildTables(trx, {
    import_id,
    atWork,
    prepare: async (own) => {
      if (!isKnown) return;
      await sql`
        create temp table known_rows on commit drop as
        select s.line from ${stageOf(import_id)} s join addresses using (email_key)
      `.execute(own);
    },
    fills: { contacts: all(insertContacts), addresses: all(insertAddresses), deliveries: all(insertDeliveries) },
    meanwhile: (own) => beginContacts(own, added),
  });
}

/** What `writeRows` would do with an import's staged rows now, told without writing a thing. */
export async function previewRows(trx: Transaction<DB>, target: Target): Promise<Written> {
  await matchAddresses(trx, target);
  await sql`
    create temp table changed_rows on commit drop as
    select line, null::integer as address_id from (${changedContacts(target.import_id)}) c
    union all
    select line, address_id from (${changedDeliveries(target)}) d
  `.execute(trx);
  return countRows(trx, (await countStaged(target.import_id, trx)) ?? 0);
}

async function countRows(trx: Transaction<DB>, staged: number): Promise<Written> {
  const { rows } = await sql<Written>`
    select (${staged}::int - k.delivered)::int as created, c.changed::int as updated,
      (k.delivered - c.changed)::int as unchanged
    from (select count(*) filter (where has_delivery) as delivered from known_rows) k,
      (
        select count(distinct r.line) as changed
        from changed_rows r join known_rows k using (line) where k.has_delivery
      ) c
  `.execute(trx);
  return rows[0] ?? { created: 0, updated: 0, unchanged: 0 };
}

const contactColumns = [
  "first_name",
  "last_name",
  "company",
  "phone",
  "phone_e164",
  "crm_record_id",
  "crm_module",
  "extra",
];
const deliveryColumns = [
  "opened",
  "clicked",
  "unsubscribed",
  "complained",
  "auto_reply",
  "auto_reply_needs_call",
  "bounce_kind",
  "bounce_reason",
  "auto_reply_reason",
  "sent_at",
  "opened_at",
  "clicked_at",
  "bounced_at",
  "auto_replied_at",
  "auto_reply_burst",
];
/** Come and go with the reasons; that they are of newer rules, or tell more, is no change of a delivery. */
const besideReasons = ["bounce_told", "bounce_verdict_id", "auto_reply_verdict_id"];
const newDelivery = [...deliveryColumns, ...besideReasons];
const list = (columns: string[], prefix = "") => sql.raw(columns.map((column) => prefix + column).join(", "));
const assignments = (columns: string[]) => sql.raw(columns.map((column) => `${column} = m.${column}`).join(", "));
const expressions = (columns: string[], of: Record<string, string>) =>
  sql.raw(columns.map((column) => `${of[column]} as ${column}`).join(", "));

/** `known_rows`: the staged rows whose address is known already, and what is known of it. */
async function matchAddresses(
  trx: Transaction<DB>,
  { import_id, campaign_id, overwrite }: Target,
): Promise<{ rows: number; delivered: number }> {
  await sql`
    create temp table known_rows on commit drop as
    select s.line, a.id as address_id, a.contact_id,
      -- What the file says of an address that a call replaced only fills gaps, too.
      a.replaced_at is not null or ${!overwrite}::boolean as is_old,
      -- The row whose word counts for its contact.
      true as speaks,
      d.address_id is not null as has_delivery
    from ${stageOf(import_id)} s
    join addresses a using (email_key)
    left join lateral (
      select address_id from deliveries where campaign_id = ${campaign_id}::int and address_id = a.id offset 0
    ) d on true
  `.execute(trx);
  await sql`analyze known_rows`.execute(trx);
  const { rows } = await sql<{ rows: number; delivered: number }>`
    select count(*)::int as rows, count(*) filter (where has_delivery)::int as delivered from known_rows
  `.execute(trx);
  // Two addresses of one contact in one file: the one in use speaks for it.
  await sql`
    update known_rows k set speaks = false
    where contact_id in (select contact_id from known_rows group by contact_id having count(*) > 1)
      and exists (
        select from known_rows o where o.contact_id = k.contact_id and (o.is_old, o.line) < (k.is_old, k.line)
      )
  `.execute(trx);
  return rows[0] ?? { rows: 0, delivered: 0 };
}

/** The rows whose address is new, and the ids that their contacts and addresses get: in the order of their lines. */
type Added = Target & {
  count: number;
  /** Their part of a statement: "from … where …". */
  rows: RawBuilder<unknown>;
  /** The first and the last of their lines. */
  lines: { first: number; last: number };
  isIndexed: boolean;
  contact_id: RawBuilder<number>;
  address_id: RawBuilder<number>;
};

async function reserveRows(trx: Transaction<DB>, target: Target, known: { rows: number }): Promise<Added | undefined> {
  const stage = stageOf(target.import_id);
  const rows =
    known.rows === 0
      ? sql`from ${stage} s where true`
      : sql`from ${stage} s left join known_rows k using (line) where k.line is null`;
  const found = await sql<{ count: number; first: number | null; last: number | null }>`
    select count(*)::int as count, min(line) as first, max(line) as last ${rows}
  `.execute(trx);
  const { count = 0, first, last } = found.rows[0] ?? {};
  if (count === 0 || first == null || last == null) return undefined;
  const base = await reserveIds(trx, last - first + 1);
  return {
    ...target,
    count,
    rows,
    lines: { first, last },
    isIndexed: count <= indexedAtOnce,
    contact_id: sql`${base.contact - first}::int + s.line`,
    address_id: sql`${base.address - first}::int + s.line`,
  };
}

async function insertContacts(
  trx: Transaction<DB>,
  { import_id, rows, isIndexed, contact_id }: Added,
): Promise<number> {
  const inserted = await sql`
    insert into contacts (id, ${list(contactColumns)}, search, is_indexed, import_id) overriding system value
    select ${contact_id}, ${list(contactColumns, "s.")},
      coalesce(s.search, search_text(s.first_name, s.last_name, s.company, s.phone, s.phone_e164, s.email_key)), ${isIndexed}::boolean, ${import_id}::int
    ${rows}
  `.execute(trx);
  return Number(inserted.numAffectedRows);
}

async function insertAddresses(
  trx: Transaction<DB>,
  { import_id, rows, contact_id, address_id }: Added,
): Promise<number> {
  const inserted = await sql`
    insert into addresses (id, contact_id, email, email_key, import_id) overriding system value
    select ${address_id}, ${contact_id}, coalesce(s.email, s.email_key), s.email_key, ${import_id}::int
    ${rows}
  `.execute(trx);
  return Number(inserted.numAffectedRows);
}

async function insertDeliveries(
  trx: Transaction<DB>,
  { import_id, campaign_id, rows, address_id }: Added,
): Promise<number> {
  const inserted = await sql`
    insert into deliveries (campaign_id, address_id, ${list(newDelivery)}, import_id)
    select ${campaign_id}::int, ${address_id}, ${list(newDelivery, "s.")}, ${import_id}::int
    ${rows}
  `.execute(trx);
  return Number(inserted.numAffectedRows);
}

/**
 * Ids for so many contacts and addresses, one after the other: the first of each. Contacts come with the imports' turn alone. An address
 * that a call brings in this very moment may take one of ours: then its key refuses us, and the transaction is tried again.
 */
async function reserveIds(trx: Transaction<DB>, count: number): Promise<{ contact: number; address: number }> {
  const reserved = (table: string) => {
    const sequence = sql`pg_get_serial_sequence(${table}, 'id')`;
    return sql`(setval(${sequence}, nextval(${sequence}) + ${count}::int) - ${count}::int)::int`;
  };
  const { rows } = await sql<{ contact: number; address: number }>`
    select ${reserved("contacts")} as contact, ${reserved("addresses")} as address
  `.execute(trx);
  return rows[0] ?? { contact: 0, address: 0 };
}

/** What new contacts need beside their rows. */
async function beginContacts(trx: Transaction<DB>, added: Added): Promise<void> {
  await followNewContacts(trx, added);
  if (!added.isIndexed) await noteUnindexed(trx, added);
}

/** Notes new contacts that aren't in the index of searches yet, by what the reader told of their words. */
async function noteUnindexed(trx: Transaction<DB>, { import_id, lines, contact_id }: Added): Promise<void> {
  const first = sql`greatest(block * ${linesAFilter}::int, ${lines.first}::int)`;
  const last = sql`least(block * ${linesAFilter}::int + ${linesAFilter - 1}::int, ${lines.last}::int)`;
  await sql`
    insert into unindexed_contacts (first_id, last_id, trigrams)
    select ${contact_id}, ${contact_id} + s.more, s.trigrams
    from (
      -- A workbook's rows may stand in any order: then there are several filters for a block.
      select ${first} as line, ${last} - ${first} as more,
        case when count(*) = 1 then (array_agg(trigrams))[1] else ${anyTrigrams} end as trigrams
      from ${trigramsOf(import_id)} group by block
    ) s
    where s.more >= 0
  `.execute(trx);
}

/**
 * Opens the follow-ups of new contacts that bounced, or whose answer is worth a call: what `refreshFollowUps` would find of them after looking up, for each, that it has
 * this one delivery and nothing else.
 */
async function followNewContacts(
  trx: Transaction<DB>,
  { import_id, campaign_id, rows, contact_id }: Added,
): Promise<void> {
  await sql`
    insert into follow_ups (contact_id, kind, import_id, bounces, last_bounced_at, used_to_open, soft_in_row)
    select ${contact_id}, coalesce(s.bounce_kind::text, 'auto-reply')::follow_up_kind, ${import_id}::int,
      (s.bounce_kind is not null)::int,
      case when s.bounce_kind is not null then
        coalesce(s.bounced_at, s.sent_at, (select sent_at from campaigns where id = ${campaign_id}::int))
      end,
      s.opened, (s.bounce_kind is not distinct from 'soft' and not s.opened)::int
    ${rows} and (s.bounce_kind is not null or s.auto_reply_needs_call)
  `.execute(trx);
}

/** The known contacts that got a bounce, or an answer that is worth a call, or have an open follow-up and another delivery than before. */
async function touchContacts(trx: Transaction<DB>, { import_id }: Target): Promise<void> {
  await sql`create temp table touched_contacts (contact_id integer primary key) on commit drop`.execute(trx);
  await sql`
    insert into touched_contacts
    select distinct k.contact_id from known_rows k join ${stageOf(import_id)} s using (line)
    where (not k.has_delivery or k.line in (select line from changed_rows where address_id is not null))
      and (
        s.bounce_kind is not null or s.auto_reply_needs_call
        or exists (select from follow_ups f where f.contact_id = k.contact_id and f.closed_at is null)
      )
  `.execute(trx);
}

const newestContact: Record<string, string> = {
  ...Object.fromEntries(
    ["first_name", "last_name", "company", "phone", "crm_record_id", "crm_module"].map((column) => [
      column,
      `case when k.is_old then coalesce(c.${column}, s.${column}) else coalesce(s.${column}, c.${column}) end`,
    ]),
  ),
  phone_e164: `case when s.phone is null or s.phone = c.phone or (k.is_old and c.phone is not null)
    then c.phone_e164 else s.phone_e164 end`,
  extra: `case when k.is_old then s.extra || coalesce(c.extra, '{}') when s.extra is null then c.extra
    else coalesce(c.extra, '{}') || s.extra end`,
};

/** The known contacts in which the file changes something, with their before image. The file's value wins over a stored one, or fills gaps. */
const changedContacts = (import_id: number) => sql`
  select c.id, s.line, to_jsonb(c) - 'search' - 'is_indexed' as before, ${list(contactColumns, "m.")}
  from known_rows k
  join ${stageOf(import_id)} s using (line)
  join contacts c on c.id = k.contact_id
  cross join lateral (select ${expressions(contactColumns, newestContact)}) m
  where k.speaks and (${list(contactColumns, "m.")}) is distinct from (${list(contactColumns, "c.")})
`;

/** Whichever came later, except that one cut off on a screen ("550 Your host is not allo...") never replaces the whole. */
const newestReason = (column: string) => `
  case when s.${column} is null then d.${column}
    when s.${column} ~ '([.][.][.]|…)[[:space:]]*$'
      and starts_with(d.${column}, regexp_replace(s.${column}, '[[:space:]]*([.][.][.]|…)[[:space:]]*$', '')) then d.${column}
    else s.${column} end`;

const byKind = (alike: string, nowHard: string, stillHard: string) => `
  case when d.bounce_kind = 'soft' and s.bounce_kind = 'hard' then ${nowHard}
    when d.bounce_kind = 'hard' and s.bounce_kind = 'soft' then ${stillHard}
    else ${alike} end`;

const grownDelivery: Record<string, string> = {
  ...Object.fromEntries(
    ["opened", "clicked", "unsubscribed", "complained", "auto_reply", "auto_reply_needs_call"].map((fact) => [
      fact,
      `d.${fact} or s.${fact}`,
    ]),
  ),
  ...Object.fromEntries(
    ["sent_at", "opened_at", "clicked_at", "auto_replied_at"].map((time) => [time, `least(d.${time}, s.${time})`]),
  ),
  bounce_kind: "case when s.bounce_kind = 'hard' then s.bounce_kind else coalesce(d.bounce_kind, s.bounce_kind) end",
  bounce_reason: byKind(
    newestReason("bounce_reason"),
    "coalesce(s.bounce_reason, d.bounce_reason)",
    "coalesce(d.bounce_reason, s.bounce_reason)",
  ),
  bounced_at: byKind(
    "least(d.bounced_at, s.bounced_at)",
    "coalesce(s.bounced_at, d.bounced_at)",
    "coalesce(d.bounced_at, s.bounced_at)",
  ),
  auto_reply_reason: newestReason("auto_reply_reason"),
  auto_reply_burst: "greatest(d.auto_reply_burst, s.auto_reply_burst)",
};

const filledDelivery: Record<string, string> = {
  ...grownDelivery,
  bounce_reason: byKind(
    "coalesce(d.bounce_reason, s.bounce_reason)",
    "coalesce(s.bounce_reason, d.bounce_reason)",
    "coalesce(d.bounce_reason, s.bounce_reason)",
  ),
  auto_reply_reason: "coalesce(d.auto_reply_reason, s.auto_reply_reason)",
};

/** The reason is the file's; one that was known, and of which the file tells less, stays as it was read. */
const tellsTheReason = sql`(
  m.bounce_reason = s.bounce_reason and (s.bounce_told is not null or m.bounce_reason is distinct from d.bounce_reason)
)`;

/** The campaign's deliveries in which the file changes something, with their before image. */
const changedDeliveries = ({ import_id, campaign_id, overwrite }: Target) => sql`
  select k.line, d.campaign_id, d.address_id, to_jsonb(d) as before, ${list(deliveryColumns, "m.")},
    case when ${tellsTheReason} then s.bounce_told else d.bounce_told end as bounce_told,
    case when ${tellsTheReason} then s.bounce_verdict_id else d.bounce_verdict_id end as bounce_verdict_id,
    case when m.auto_reply_reason = s.auto_reply_reason then s.auto_reply_verdict_id else d.auto_reply_verdict_id end
      as auto_reply_verdict_id
  from known_rows k
  join ${stageOf(import_id)} s using (line)
  -- "offset 0" keeps the planner at one look into the index for each row: of a campaign that was imported a minute ago the
  -- table's statistics know nothing, and a join planned by them compared every row with every other.
  cross join lateral (
    select * from deliveries where campaign_id = ${campaign_id}::int and address_id = k.address_id offset 0
  ) d
  cross join lateral (select ${expressions(deliveryColumns, overwrite ? grownDelivery : filledDelivery)}) m
  where k.has_delivery and (${list(deliveryColumns, "m.")}) is distinct from (${list(deliveryColumns, "d.")})
`;
