import { sql, type Transaction } from "kysely";
import type { DB, ImportList } from "../schema.ts";

/** What a file says about one address, unique by `email_key` in its file. Absent = the file doesn't say. */
export type StagedRow = {
  line: number;
  /** As it came. */
  email: string;
  /** Trimmed and lower-cased. */
  email_key: string;
  facts: Exclude<ImportList, "combined">[];
  bounce_reason?: string;
  auto_reply_reason?: string;
  sent_at?: Date;
  opened_at?: Date;
  clicked_at?: Date;
  bounced_at?: Date;
  auto_replied_at?: Date;
  first_name?: string;
  last_name?: string;
  company?: string;
  phone?: string;
  phone_e164?: string;
  crm_record_id?: string;
  crm_module?: string;
  extra?: Record<string, string>;
};

export type Written = { created: number; updated: number; unchanged: number };

const chunk = 5_000;

/**
 * Brings rows into contacts, addresses and deliveries of a campaign, keeping a before image of everything it overwrites,
 * and tells of each row what it did. Leaves `touched_contacts(contact_id)` filled with the contacts whose deliveries
 * changed. The caller holds the campaign's lock and drops the temporary tables (`dropStage`).
 *
 * An empty cell never erases. A contact's fields are the file's; a delivery's facts only ever grow, so that the order in
 * which a campaign's lists come doesn't matter: hard stands over soft with its own reason, of times the earliest stays.
 * A file that the campaign has already (`is_repeat`) only fills gaps: what came after it, from another file or a person, stays.
 */
export async function writeRows(
  trx: Transaction<DB>,
  {
    import_id,
    campaign_id,
    rows,
    is_repeat,
  }: { import_id: number; campaign_id: number; rows: StagedRow[]; is_repeat: boolean },
): Promise<Written> {
  await stage(trx, rows);
  await matchAddresses(trx, import_id);
  await mergeContacts(trx, import_id, is_repeat);
  await mergeDeliveries(trx, import_id, campaign_id, is_repeat);
  await sql`
    create temp table touched_contacts (contact_id integer primary key) on commit drop
  `.execute(trx);
  await sql`
    insert into touched_contacts
    select distinct contact_id from staged_rows where delivery in ('created', 'updated')
  `.execute(trx);
  const { rows: counts } = await sql<Written>`
    select
      count(*) filter (where delivery = 'created')::int as created,
      count(*) filter (where delivery = 'updated' or (delivery = 'unchanged' and contact_changed))::int as updated,
      count(*) filter (where delivery = 'unchanged' and not contact_changed)::int as unchanged
    from staged_rows
  `.execute(trx);
  return counts[0] ?? { created: 0, updated: 0, unchanged: 0 };
}

export async function dropStage(trx: Transaction<DB>): Promise<void> {
  await sql`drop table staged_rows, touched_contacts`.execute(trx);
}

async function stage(trx: Transaction<DB>, rows: StagedRow[]): Promise<void> {
  // Without index or constraint: it is filled once, and joined whole.
  await sql`
    create temp table staged_rows (
      line integer, email text, email_key text,
      opened boolean, clicked boolean, unsubscribed boolean, complained boolean, auto_reply boolean,
      bounce_kind bounce_kind, bounce_reason text, auto_reply_reason text,
      sent_at timestamptz, opened_at timestamptz, clicked_at timestamptz, bounced_at timestamptz,
      auto_replied_at timestamptz,
      first_name text, last_name text, company text, phone text, phone_e164 text,
      crm_record_id text, crm_module text, extra jsonb,
      contact_id integer, address_id integer,
      -- The id that a new contact would get; another import may be quicker with the same address.
      reserved_id integer,
      -- The address is one that a call replaced.
      is_old boolean not null default false,
      -- The row whose word counts for its contact.
      speaks boolean not null default true,
      contact_changed boolean not null default false,
      delivery text not null default 'unchanged'
    ) on commit drop
  `.execute(trx);
  for (let start = 0; start < rows.length; start += chunk) {
    await sql`
      insert into staged_rows
      select r.*
      from json_to_recordset(${storableJson(rows.slice(start, start + chunk).map(columnsOf))}::json) as r (
        line integer, email text, email_key text,
        opened boolean, clicked boolean, unsubscribed boolean, complained boolean, auto_reply boolean,
        bounce_kind bounce_kind, bounce_reason text, auto_reply_reason text,
        sent_at timestamptz, opened_at timestamptz, clicked_at timestamptz, bounced_at timestamptz,
        auto_replied_at timestamptz,
        first_name text, last_name text, company text, phone text, phone_e164 text,
        crm_record_id text, crm_module text, extra jsonb
      )
    `.execute(trx);
  }
  await sql`analyze staged_rows`.execute(trx);
}

function columnsOf({ facts, ...row }: StagedRow) {
  const states = (fact: StagedRow["facts"][number]) => facts.includes(fact);
  const clicked = states("clicked") || row.clicked_at !== undefined;
  const kind = states("hard") ? "hard" : states("soft") ? "soft" : undefined;
  return {
    line: row.line,
    email: row.email,
    email_key: row.email_key,
    // Who clicked has opened, whatever the list of opens says: pictures are often blocked.
    opened: clicked || states("opened") || row.opened_at !== undefined,
    clicked,
    unsubscribed: states("unsubscribed"),
    complained: states("complained"),
    auto_reply: states("auto-reply"),
    bounce_kind: kind,
    bounce_reason: kind && row.bounce_reason,
    auto_reply_reason: states("auto-reply") ? row.auto_reply_reason : undefined,
    sent_at: row.sent_at,
    opened_at: row.opened_at,
    clicked_at: row.clicked_at,
    bounced_at: kind && row.bounced_at,
    auto_replied_at: states("auto-reply") ? row.auto_replied_at : undefined,
    first_name: row.first_name,
    last_name: row.last_name,
    company: row.company,
    phone: row.phone,
    phone_e164: row.phone_e164,
    crm_record_id: row.crm_record_id,
    crm_module: row.crm_module,
    extra: row.extra,
  };
}

/** Text that PostgreSQL can store: no zero characters, no half of a surrogate pair. */
export const storable = (text: string) => text.replaceAll("\0", "").replaceAll(/\p{Cs}/gu, "\ufffd");

/** JSON of storable texts. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "string") return storable(inner);
    if (!inner || typeof inner !== "object" || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, entry]) => [storable(key), entry]));
  });
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
  "bounce_kind",
  "bounce_reason",
  "auto_reply_reason",
  "sent_at",
  "opened_at",
  "clicked_at",
  "bounced_at",
  "auto_replied_at",
];
const list = (columns: string[], prefix = "") => sql.raw(columns.map((column) => prefix + column).join(", "));
const assignments = (columns: string[]) => sql.raw(columns.map((column) => `${column} = m.${column}`).join(", "));
const expressions = (columns: string[], of: Record<string, string>) =>
  sql.raw(columns.map((column) => `${of[column]} as ${column}`).join(", "));

/** Finds each row's address, or makes it together with a contact of its own. */
async function matchAddresses(trx: Transaction<DB>, import_id: number): Promise<void> {
  await sql`
    update staged_rows s set address_id = a.id, contact_id = a.contact_id
    from addresses a where a.email_key = s.email_key
  `.execute(trx);
  await sql`
    update staged_rows set reserved_id = nextval(pg_get_serial_sequence('contacts', 'id')) where address_id is null
  `.execute(trx);
  await sql`
    insert into contacts (id, ${list(contactColumns)}, import_id) overriding system value
    select reserved_id, ${list(contactColumns)}, ${import_id}::int
    from staged_rows where reserved_id is not null order by line
  `.execute(trx);
  // Sorted, so that two imports with the same new addresses wait in one direction.
  await sql`
    insert into addresses (contact_id, email, email_key, import_id)
    select reserved_id, email, email_key, ${import_id}::int
    from staged_rows where reserved_id is not null order by email_key
    on conflict (email_key) do nothing
  `.execute(trx);
  await sql`
    update staged_rows s set address_id = a.id, contact_id = a.contact_id
    from addresses a where a.email_key = s.email_key and s.address_id is null
  `.execute(trx);
  await sql`
    delete from contacts c using staged_rows s where c.id = s.reserved_id and s.contact_id <> s.reserved_id
  `.execute(trx);
  await sql`update staged_rows set reserved_id = null where contact_id <> reserved_id`.execute(trx);
  // Without knowing the ids that it just got, the planner takes them for none and loops over every row for every row.
  await sql`analyze staged_rows`.execute(trx);
}

const newestContact: Record<string, string> = {
  ...Object.fromEntries(
    ["first_name", "last_name", "company", "phone", "crm_record_id", "crm_module"].map((column) => [
      column,
      `case when s.is_old then coalesce(c.${column}, s.${column}) else coalesce(s.${column}, c.${column}) end`,
    ]),
  ),
  phone_e164: `case when s.phone is null or s.phone = c.phone or (s.is_old and c.phone is not null)
    then c.phone_e164 else s.phone_e164 end`,
  extra: `case when s.is_old then s.extra || coalesce(c.extra, '{}') when s.extra is null then c.extra
    else coalesce(c.extra, '{}') || s.extra end`,
};

/** The file's value wins over a stored one; a repeated file, or what it says of a replaced address, only fills gaps. */
async function mergeContacts(trx: Transaction<DB>, import_id: number, is_repeat: boolean): Promise<void> {
  await sql`
    update staged_rows s set is_old = true
    from addresses a where a.id = s.address_id and (a.replaced_at is not null or ${is_repeat}::boolean)
  `.execute(trx);
  // Two addresses of one contact in one file: the one in use speaks for it.
  await sql`
    update staged_rows s set speaks = false
    from staged_rows o
    where o.contact_id = s.contact_id and (o.is_old, o.line) < (s.is_old, s.line)
  `.execute(trx);
  await sql`
    with changed as materialized (
      select c.id, s.line, to_jsonb(c) - 'search' as before, ${list(contactColumns, "m.")}
      from staged_rows s
      join contacts c on c.id = s.contact_id
      cross join lateral (select ${expressions(contactColumns, newestContact)}) m
      where s.speaks and s.reserved_id is null and (${list(contactColumns, "m.")}) is distinct from (${list(contactColumns, "c.")})
      -- In one order for everybody, or two imports of the same contacts would wait for each other for ever.
      order by c.id for no key update of c
    ), kept as (
      insert into import_contact_changes (import_id, contact_id, before)
      select ${import_id}::int, id, before from changed
    ), written as (
      update contacts c set ${assignments(contactColumns)}, import_id = ${import_id}::int
      from changed m where m.id = c.id
    )
    update staged_rows s set contact_changed = true from changed m where m.line = s.line
  `.execute(trx);
}

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
    ["opened", "clicked", "unsubscribed", "complained", "auto_reply"].map((fact) => [fact, `d.${fact} or s.${fact}`]),
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
};

const repeatedDelivery: Record<string, string> = {
  ...grownDelivery,
  bounce_reason: byKind(
    "coalesce(d.bounce_reason, s.bounce_reason)",
    "coalesce(s.bounce_reason, d.bounce_reason)",
    "coalesce(d.bounce_reason, s.bounce_reason)",
  ),
  auto_reply_reason: "coalesce(d.auto_reply_reason, s.auto_reply_reason)",
};

async function mergeDeliveries(
  trx: Transaction<DB>,
  import_id: number,
  campaign_id: number,
  is_repeat: boolean,
): Promise<void> {
  await sql`
    with changed as materialized (
      select d.address_id, to_jsonb(d) as before, ${list(deliveryColumns, "m.")}
      from staged_rows s
      join deliveries d on d.address_id = s.address_id and d.campaign_id = ${campaign_id}::int
      cross join lateral (select ${expressions(deliveryColumns, is_repeat ? repeatedDelivery : grownDelivery)}) m
      where (${list(deliveryColumns, "m.")}) is distinct from (${list(deliveryColumns, "d.")})
    ), kept as (
      insert into import_delivery_changes (import_id, campaign_id, address_id, before)
      select ${import_id}::int, ${campaign_id}::int, address_id, before from changed
    ), written as (
      update deliveries d set ${assignments(deliveryColumns)}, import_id = ${import_id}::int
      from changed m where d.campaign_id = ${campaign_id}::int and d.address_id = m.address_id
    )
    update staged_rows s set delivery = 'updated' from changed m where m.address_id = s.address_id
  `.execute(trx);
  await sql`
    with made as (
      insert into deliveries (campaign_id, address_id, ${list(deliveryColumns)}, import_id)
      select ${campaign_id}::int, address_id, ${list(deliveryColumns)}, ${import_id}::int from staged_rows
      on conflict (campaign_id, address_id) do nothing
      returning address_id
    )
    update staged_rows s set delivery = 'created' from made m where m.address_id = s.address_id
  `.execute(trx);
}
