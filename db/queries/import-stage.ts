import { finished } from "node:stream/promises";
import { type Kysely, sql } from "kysely";
import { from as copyFrom } from "pg-copy-streams";
import { db, pool } from "../connection.ts";
import type { BounceTold } from "../lists.ts";
import type { DB, ImportList } from "../schema.ts";
import { anyTrigrams, linesAFilter } from "./search-text.ts";
import { binaryEnd, binaryStart, type StageRows, stageColumns } from "./stage-rows.ts";
import { storable } from "./storable.ts";

/** What one line of a file says about one address. Absent = the file doesn't say. */
export type StagedRow = {
  line: number;
  /** As it came. */
  email: string;
  /** Trimmed and lower-cased. */
  email_key: string;
  facts: Exclude<ImportList, "combined">[];
  bounce_reason?: string;
  bounce_told?: BounceTold;
  auto_reply_reason?: string;
  sent_at?: Date;
  opened_at?: Date;
  clicked_at?: Date;
  bounced_at?: Date;
  auto_replied_at?: Date;
  delivered_at?: Date;
  first_name?: string;
  last_name?: string;
  company?: string;
  phone?: string;
  phone_e164?: string;
  auto_reply_needs_call?: boolean;
  /** Of its reason; see db/queries/verdicts.ts. */
  verdict_id?: number;
  crm_record_id?: string;
  crm_module?: string;
  extra?: Record<string, string>;
};

/**
 * An import's rows wait in a table of their own between reading and saving: without an index, since it is filled once and
 * joined whole, and without a log, since the file can be read again. One row an address once `mergeRepeats` is through.
 */
export const stageOf = (import_id: number) => sql.id(`import_rows_${import_id}`);

/** Beside it, which trigrams the search texts of its lines have: `linesAFilter` of them share a filter. */
export const trigramsOf = (import_id: number) => sql.id(`import_trigrams_${import_id}`);

/** Makes the import's tables anew, empty. */
export async function createStage(import_id: number): Promise<void> {
  await dropStage(import_id);
  await sql`
    create unlogged table ${stageOf(import_id)} (
      line integer not null,
      -- Null = as email_key.
      email text,
      email_key text not null,
      -- An address that came before in the file, or one that only looks like it to the reader's memory.
      may_repeat boolean not null,
      opened boolean not null, clicked boolean not null, unsubscribed boolean not null, complained boolean not null,
      auto_reply boolean not null, auto_reply_needs_call boolean not null,
      bounce_kind bounce_kind, bounce_reason text, bounce_told jsonb, auto_reply_reason text,
      sent_at timestamptz, opened_at timestamptz, clicked_at timestamptz, bounced_at timestamptz,
      auto_replied_at timestamptz,
      -- Only tells whether a soft bounce was the last word: see mergeRepeats.
      delivered_at timestamptz,
      first_name text, last_name text, company text, phone text, phone_e164 text,
      crm_record_id text, crm_module text, extra jsonb,
      bounce_verdict_id bigint, auto_reply_verdict_id bigint,
      -- Told by several lines of one address: see mergeRepeats.
      auto_reply_burst integer,
      -- What search_text() says of a new contact; null = it is to be asked.
      search text
    ) with (autovacuum_enabled = false)
  `.execute(db);
  await sql`
    create unlogged table ${trigramsOf(import_id)} (block integer not null, trigrams bytea not null)
      with (autovacuum_enabled = false)
  `.execute(db);
}

export async function dropStage(import_id: number, trx: Kysely<DB> = db): Promise<void> {
  await sql`drop table if exists ${stageOf(import_id)}, ${trigramsOf(import_id)}`.execute(trx);
}

/** Drops the tables of imports that are gone or over: what a killed process left behind. */
export async function dropOldStages(): Promise<void> {
  const { rows } = await sql<{ import_id: number }>`
    select substring(c.relname from '^import_rows_([0-9]+)$')::int as import_id
    from pg_class c
    left join imports i on i.id = substring(c.relname from '^import_rows_([0-9]+)$')::int
    where c.relkind = 'r' and c.relname ~ '^import_rows_[0-9]{1,9}$'
      and (i.id is null or i.state in ('saved', 'undoing', 'undone'))
  `.execute(db);
  for (const { import_id } of rows) await dropStage(import_id);
}

/** How many rows wait; undefined where there is no table, or a crash of PostgreSQL has emptied it. */
export async function countStaged(import_id: number, trx: Kysely<DB> = db): Promise<number | undefined> {
  const { rows } = await sql<{ present: boolean }>`
    select to_regclass(${`import_rows_${import_id}`}) is not null
      and to_regclass(${`import_trigrams_${import_id}`}) is not null as present
  `.execute(trx);
  if (!rows[0]?.present) return undefined;
  const counted = await sql<{ count: number }>`select count(*)::int as count from ${stageOf(import_id)}`.execute(trx);
  return counted.rows[0]?.count;
}

/**
 * Rows into the import's tables, as fast as they come and PostgreSQL takes them: `stage` has more of them each time that `filled` gives
 * something.
 */
export async function copyIntoStage(
  import_id: number,
  stage: StageRows,
  filled: AsyncIterable<unknown>,
): Promise<void> {
  const { trigrams } = stage;
  const copyTrigrams = () =>
    copyInto(`import_trigrams_${import_id}`, binaryCopy([trigrams.take()]), { format: "binary" });
  async function* blocks() {
    for await (const _ of filled) {
      yield stage.take();
      if (trigrams.count >= filtersAtOnce) await copyTrigrams();
    }
    // Before the rows are committed: where they are, all of their filters are.
    trigrams.end();
    await copyTrigrams();
  }
  await copyInto(`import_rows_${import_id} (${stageColumns})`, binaryCopy(blocks()), {
    format: "binary",
    empties: `import_rows_${import_id}`,
  });
}

/** Two megabytes of them. */
const filtersAtOnce = 4_000;

async function* binaryCopy(blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  yield binaryStart;
  yield* blocks;
  yield binaryEnd;
}

export type StagedProblem = {
  line: number;
  column: string | null;
  code: string;
  value: string | null;
  raw: string[];
  rejected: boolean;
};

/** Lines of `problemLine` into the import's problems. */
export async function copyProblems(lines: AsyncIterable<string>): Promise<void> {
  await copyInto("import_problems (import_id, line, column_name, code, value, raw, rejected)", lines, {
    format: "text",
  });
}

async function copyInto(target: string, parts: AsyncIterable<string | Uint8Array>, copy: Copy): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    // Somebody may take an hour to send the rows of a slow disk; what PostgreSQL does of it takes no time.
    await client.query("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0");
    if (copy.empties) await client.query(`truncate ${copy.empties}`);
    const stream = client.query(
      copyFrom(`copy ${target} from stdin (format ${copy.format}, freeze ${Boolean(copy.empties)})`),
    );
    const done = finished(stream).catch((error) => {
      // That is all that the stream says of a connection that was lost.
      if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
      throw new Error("the connection ended in the middle of a COPY", { cause: error });
    });
    done.catch(() => {});
    for await (const part of parts) {
      if (!stream.write(part) && !stream.errored) await Promise.race([once(stream, "drain"), done]);
    }
    stream.end();
    await done;
    await client.query("commit");
    client.release();
  } catch (error) {
    // In the middle of a COPY a connection is of no use to the next one.
    client.release(true);
    throw error;
  }
}

type Copy = {
  format: "text" | "binary";
  /** The table, when nothing in it is to stay: its rows are then written as what everybody may see, and nobody has to mark them later. */
  empties?: string;
};

const once = (stream: NodeJS.EventEmitter, event: string) =>
  new Promise<void>((resolve) => stream.once(event, () => resolve()));

/** A problem in PostgreSQL's text format for COPY, with its line break. */
export function problemLine(import_id: number, { line, column, code, value, raw, rejected }: StagedProblem): string {
  const cells = raw.map((cell) => `"${storable(cell).replaceAll(/["\\]/g, "\\$&")}"`);
  return `${import_id}\t${line}\t${text(column)}\t${code}\t${text(value)}\t${text(`{${cells.join(",")}}`)}\t${flag(rejected)}\n`;
}

const flag = (value: boolean) => (value ? "t" : "f");
const special = /[\\\t\n\r\0]/;
const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "" };

function text(value: string | null): string {
  if (value === null) return "\\N";
  return special.test(value) ? value.replaceAll(/[\\\t\n\r\0]/g, (letter) => escapes[letter] ?? "") : value;
}

/**
 * Makes one row of an address's several: empty fields are filled from later lines, facts add up, events take the earliest
 * time. Where one line says hard and another soft, hard stands, as the last word of a mailer that has given up; a soft bounce before the
 * mail arrived was a try that failed, and is none. Three automatic answers or more within ten minutes are a burst. Answers
 * how many rows went into others, and the lines that said another kind than those before them.
 */
export async function mergeRepeats(
  import_id: number,
): Promise<{ duplicate: number; twoKinds: { line: number; email: string }[] }> {
  const stage = stageOf(import_id);
  return db.transaction().execute(async (trx) => {
    await sql`set local statement_timeout = '30min'`.execute(trx);
    const repeated = sql`
      create temp table repeated on commit drop as
      select s.*, s.ctid as place,
        case when auto_reply and auto_replied_at is not null then count(*) over (
          partition by email_key, auto_reply order by auto_replied_at
          range between current row and interval '10 minutes' following
        ) end as answers
      from ${stage} s
      where s.email_key in (select email_key from ${stage} where may_repeat)
    `;
    await repeated.execute(trx);
    await sql`analyze repeated`.execute(trx);
    const { rows: twoKinds } = await sql<{ line: number; email: string }>`
      select line, coalesce(email, email_key) as email from (
        select line, email, email_key, bounce_kind,
          bool_or(bounce_kind = 'hard') over before as was_hard,
          bool_or(bounce_kind = 'soft') over before as was_soft
        from repeated where bounce_kind is not null
        window before as (partition by email_key order by line rows between unbounded preceding and 1 preceding)
      ) w
      where (bounce_kind = 'soft' and was_hard) or (bounce_kind = 'hard' and was_soft and was_hard is not true)
      order by line limit 10000
    `.execute(trx);
    const first = (column: string, where = "true") =>
      sql.raw(`(array_agg(${column} order by line) filter (where ${column} is not null and ${where}))[1]`);
    const decisive = "coalesce(bounce_kind = kind, false)";
    const { rows } = await sql<{ duplicate: number }>`
      with kinds as (
        select r.*, max(case bounce_kind when 'hard' then 2 when 'soft' then 1 end) over (partition by email_key) as rank,
          (case max(case bounce_kind when 'hard' then 2 when 'soft' then 1 end) over (partition by email_key)
            when 2 then 'hard' when 1 then 'soft' end)::bounce_kind as kind
        from repeated r
      ), merged as materialized (
        select email_key, min(line) as line, count(*) as lines,
          bool_or(opened) as opened, bool_or(clicked) as clicked, bool_or(unsubscribed) as unsubscribed,
          bool_or(complained) as complained, bool_or(auto_reply) as auto_reply,
          bool_or(auto_reply_needs_call) as auto_reply_needs_call, min(kind) as bounce_kind,
          coalesce(${first("bounce_reason", decisive)}, ${first("bounce_reason")}) as bounce_reason,
          -- With the reason beside which it stood.
          (array_agg(bounce_told order by coalesce(bounce_kind = kind, false) desc, line) filter (where bounce_reason is not null))[1] as bounce_told,
          ${first("auto_reply_reason")} as auto_reply_reason,
          -- Where there is a reason, there is its verdict.
          coalesce(${first("bounce_verdict_id", decisive)}, ${first("bounce_verdict_id")}) as bounce_verdict_id,
          ${first("auto_reply_verdict_id")} as auto_reply_verdict_id,
          min(sent_at) as sent_at, min(opened_at) as opened_at, min(clicked_at) as clicked_at,
          coalesce(min(bounced_at) filter (where ${sql.raw(decisive)}), min(bounced_at)) as bounced_at,
          min(auto_replied_at) as auto_replied_at, nullif(greatest(max(answers), 2), 2)::int as auto_reply_burst,
          -- Later than its last try that failed, it arrived.
          coalesce(
            min(kind) = 'soft' and max(greatest(delivered_at, opened_at, clicked_at)) > max(bounced_at), false
          ) as arrived,
          ${first("first_name")} as first_name, ${first("last_name")} as last_name, ${first("company")} as company,
          ${first("phone")} as phone,
          (array_agg(phone_e164 order by line) filter (where phone is not null))[1] as phone_e164,
          ${first("crm_record_id")} as crm_record_id, ${first("crm_module")} as crm_module
        from kinds group by email_key having count(*) > 1
      ), extras as (
        select email_key, jsonb_object_agg(key, value) as extra
        from (
          select distinct on (r.email_key, e.key) r.email_key, e.key, e.value
          from repeated r cross join jsonb_each(r.extra) e order by r.email_key, e.key, r.line
        ) e group by email_key
      ), gone as (
        delete from ${stage} s using repeated r, merged m
        where s.ctid = r.place and r.email_key = m.email_key and r.line <> m.line
        returning s.line
      ), kept as (
        update ${stage} s set
          opened = m.opened, clicked = m.clicked, unsubscribed = m.unsubscribed, complained = m.complained,
          auto_reply = m.auto_reply, auto_reply_needs_call = m.auto_reply_needs_call, bounce_kind = case when not m.arrived then m.bounce_kind end,
          bounce_reason = case when not m.arrived then m.bounce_reason end,
          bounce_told = case when not m.arrived then m.bounce_told end,
          bounce_verdict_id = case when not m.arrived then m.bounce_verdict_id end,
          auto_reply_verdict_id = m.auto_reply_verdict_id,
          auto_reply_reason = m.auto_reply_reason, sent_at = m.sent_at, opened_at = m.opened_at,
          clicked_at = m.clicked_at, bounced_at = case when not m.arrived then m.bounced_at end,
          auto_replied_at = m.auto_replied_at, auto_reply_burst = m.auto_reply_burst,
          first_name = m.first_name, last_name = m.last_name, company = m.company, phone = m.phone,
          phone_e164 = m.phone_e164, crm_record_id = m.crm_record_id, crm_module = m.crm_module, extra = x.extra,
          may_repeat = false, search = null
        from repeated r join merged m on m.email_key = r.email_key and m.line = r.line
        left join extras x on x.email_key = m.email_key
        where s.ctid = r.place
        returning s.line
      ), unknown as (
        update ${trigramsOf(import_id)} set trigrams = ${anyTrigrams} where block in (select line / ${linesAFilter}::int from kept)
      )
      select count(*)::int as duplicate from gone
    `.execute(trx);
    return { duplicate: rows[0]?.duplicate ?? 0, twoKinds };
  });
}
