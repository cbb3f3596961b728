import { type RawBuilder, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB } from "../schema.ts";
import { ChangedMeanwhile, mayTakeLong, whileAtWork } from "./turn.ts";

/**
 * An import that brings most of what the database then holds would spend three quarters of its time on index entries. So it builds
 * contacts, addresses and deliveries anew, beside the real ones: in a schema of its own, under the same names, each by one
 * transaction that makes the table, fills it, and builds its indexes at once. The saving transaction finds them through its search_path,
 * and in its end moves them to where the real ones were. Nobody sees them before, and a schema that a killed process left is dropped.
 */
const tables = ["contacts", "addresses", "deliveries"] as const;
type Table = (typeof tables)[number];

/**
 * Named so that nobody else has one like it: what is left over is dropped with all that is in it. By the saving transaction's process, too:
 * one that has lost its connection may not have noticed yet while another process saves the import.
 */
const schemaOf = (import_id: number, pid: number) => `rebote_import_${import_id}_${pid}`;
const allTables = (schema: string) => sql.join(tables.map((table) => sql.id(schema, table)));

/**
 * From so many new contacts on: below, saving takes a few seconds in either way. A database may say otherwise:
 * `alter database rebote set rebote.build_from = 1000000`.
 */
const worthwhile = 300_000;
/** What is there already is copied, while nobody may change it: at most this share of what is new. */
const mostShare = 0.05;

/** Whether so many new contacts are worth new tables, and nothing that we don't know of holds on to the ones that are there. */
export async function isMostOfAll(trx: Transaction<DB>, count: number): Promise<boolean> {
  const { rows } = await sql<{ build_from: number | null }>`
    select nullif(current_setting('rebote.build_from', true), '')::int as build_from
  `.execute(trx);
  if (count < (rows[0]?.build_from ?? worthwhile)) return false;
  return (await canBeReplaced(trx)) && (await areSmall(trx, Math.floor(count * mostShare)));
}

async function areSmall(trx: Transaction<DB>, most: number): Promise<boolean> {
  for (const table of tables) {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from (select from ${sql.table(table)} limit ${most + 1}) t
    `.execute(trx);
    if ((rows[0]?.count ?? 0) > most) return false;
  }
  return true;
}

/**
 * A replaced table would lose what others have tied to it: privileges, policies, publications, views, foreign keys. Also needs the
 * right to make a schema, which the owner of a database has.
 */
export async function canBeReplaced(trx: Transaction<DB>): Promise<boolean> {
  const { rows } = await sql<{ is_free: boolean }>`
    select has_database_privilege(current_database(), 'create')
      and not exists (select from pg_publication)
      and not exists (
        select from pg_class c
        where c.oid in (${sql.join(tables.map((table) => sql`to_regclass(${table})`))})
          and (
            c.relkind <> 'r' or c.relacl is not null or c.relrowsecurity or c.relhassubclass or c.relispartition
            or c.relowner <> (select oid from pg_roles where rolname = current_user)
            or exists (select from pg_attribute where attrelid = c.oid and attacl is not null)
            or exists (select from pg_constraint where contype = 'f' and c.oid in (conrelid, confrelid))
            or exists (
              select from pg_depend where refclassid = 'pg_class'::regclass and refobjid = c.oid
                and classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
            )
          )
      ) as is_free
  `.execute(trx);
  return rows[0]?.is_free ?? false;
}

/** What fills a table's rows, in a transaction whose search_path leads to the new tables. */
type Fill = (trx: Transaction<DB>) => Promise<void>;

export type Built = {
  /** The schema in which they are built. */
  schema: string;
  /** The schema in which the real tables are. */
  home: string;
  /** What they held when they were copied. */
  copied: Map<Table, string>;
};

/**
 * Builds the tables with the rows that are there and those that `fills` adds, over a connection each, and leads the rest of `trx`
 * to them. `prepare` runs first in each of those transactions, while names still mean the real tables; `meanwhile` in `trx`, which has
 * nothing else to do, before the contacts.
 */
export async function buildTables(
  trx: Transaction<DB>,
  { import_id, prepare, fills, meanwhile, atWork }: BuildOrder,
): Promise<Built> {
  const { rows } = await sql<{ home: string; pid: number }>`
    select current_schema()::text as home, pg_backend_pid() as pid
  `.execute(trx);
  const { home = "public", pid = 0 } = rows[0] ?? {};
  const built: Built = { schema: schemaOf(import_id, pid), home, copied: new Map() };
  await dropSchema(built.schema);
  await sql`create schema ${sql.id(built.schema)}`.execute(db);
  const build = async (table: Table) => {
    await db
      .transaction()
      // What is copied and what it is compared with later are of one moment.
      .setIsolationLevel("repeatable read")
      .execute((own) =>
        whileAtWork(own, atWork, async () => {
          await mayTakeLong(own);
          await sql`set local maintenance_work_mem = '256MB'`.execute(own);
          // The other connections have the other cores.
          await sql`set local max_parallel_maintenance_workers = 0`.execute(own);
          await prepare(own);
          await leadTo(own, built);
          await copyTable(own, table, built);
          // Nearly always of few rows: entry by entry is cheaper than a look at all of them.
          await addIndexes(own, table, built, "partial");
          await fills[table](own);
          await addIndexes(own, table, built, "whole");
          await completeTable(own, table, built);
        }),
      );
    // The campaign is counted next, by a plan that must know how many they are. The addresses still get their indexes meanwhile.
    if (table === "deliveries") await sql`analyze ${sql.id(built.schema, table)}`.execute(db);
  };
  // Three at a time: pages want a core, too. The contacts have one index, so that they may begin last.
  const ends = await Promise.allSettled([
    build("addresses"),
    build("deliveries"),
    meanwhile(trx).then(() => build("contacts")),
  ]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  await leadTo(trx, built);
  return built;
}

type BuildOrder = {
  import_id: number;
  prepare: Fill;
  fills: Record<Table, Fill>;
  meanwhile: Fill;
  atWork: Set<number>;
};

/** From here on the tables' names mean the new ones in this transaction, for triggers, too. */
async function leadTo(trx: Transaction<DB>, { schema }: Built): Promise<void> {
  await sql`
    select set_config('search_path', ${`${schema}, `} || current_setting('search_path'), true)
  `.execute(trx);
}

async function copyTable(trx: Transaction<DB>, table: Table, { schema, home, copied }: Built): Promise<void> {
  const beside = sql.id(schema, table);
  await sql`create table ${beside} (like ${sql.id(home, table)} including all excluding indexes excluding constraints)`.execute(
    trx,
  );
  const { rows } = await sql<{ name: string }>`
    select attname::text as name from pg_attribute
    where attrelid = to_regclass(format('%I.%I', ${home}::text, ${table}::text)) and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum
  `.execute(trx);
  const columns = sql.join(rows.map(({ name }) => sql.id(name)));
  await sql`
    insert into ${beside} (${columns}) overriding system value select ${columns} from ${sql.id(home, table)}
  `.execute(trx);
  copied.set(table, await contentOf(trx, table, home));
}

/** Tells one content of a real table from another: changes with every row that comes, goes or is changed. */
async function contentOf(trx: Transaction<DB>, table: Table, home: string): Promise<string> {
  const { rows } = await sql<{ content: string }>`
    select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as content from ${sql.id(home, table)} t
  `.execute(trx);
  return rows[0]?.content ?? "";
}

/** The real table's indexes and keys: those of a part of its rows, or of all. */
async function addIndexes(trx: Transaction<DB>, table: Table, built: Built, which: "partial" | "whole"): Promise<void> {
  const statements = sql<Statement>`
    with ${namesOf(table, built)}
    select case when k.oid is null then replace(pg_get_indexdef(i.indexrelid), on_real, on_new)
      else format('alter table %I add constraint %I %s', ${table}::text, k.conname, pg_get_constraintdef(k.oid)) end as statement
    from t join pg_index i on i.indrelid = t.id and (i.indpred is not null) = ${which === "partial"}
    left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = t.id
  `;
  await runAll(trx, statements);
}

/** Checks and triggers: all else that the real table has and LIKE doesn't take along under its name. */
async function completeTable(trx: Transaction<DB>, table: Table, built: Built): Promise<void> {
  const statements = sql<Statement>`
    with ${namesOf(table, built)}
    -- What a check says of each row is checked later, by refreshStatistics: the reader has seen to it, and it takes a third of the time.
    select format('alter table %I add constraint %I %s', ${table}::text, k.conname,
      regexp_replace(pg_get_constraintdef(k.oid), '( NOT VALID)?$', ' NOT VALID')) as statement
    from t join pg_constraint k on k.conrelid = t.id and k.contype = 'c'
    union all
    select replace(pg_get_triggerdef(g.oid), on_real, on_new)
    from t join pg_trigger g on g.tgrelid = t.id and not g.tgisinternal
  `;
  await runAll(trx, statements);
}

type Statement = { statement: string };

/** The table twice, as statements name it; for "with". */
const namesOf = (table: Table, { schema, home }: Built) => sql`t as (
  select to_regclass(format('%I.%I', ${home}::text, ${table}::text))::oid as id,
    format(' ON %I.%I ', ${home}::text, ${table}::text) as on_real,
    format(' ON %I.%I ', ${schema}::text, ${table}::text) as on_new
)`;

async function runAll(trx: Transaction<DB>, statements: RawBuilder<Statement>): Promise<void> {
  const { rows } = await statements.execute(trx);
  for (const { statement } of rows) await sql.raw(statement).execute(trx);
}

const patience = 100;

/**
 * Puts the built tables where the real ones are, which go: the last act of a transaction, since nobody can read the tables until it has
 * committed. Throws what `writing` tries again: somebody wrote into the real ones meanwhile, or doesn't let go of them.
 */
export async function takePlace(trx: Transaction<DB>, built: Built): Promise<void> {
  const { schema, home, copied } = built;
  await lockTables(trx, home);
  for (const table of tables) {
    if ((await contentOf(trx, table, home)) !== copied.get(table)) {
      throw new ChangedMeanwhile(`${table} changed while they were built anew`);
    }
  }
  for (const table of ["contacts", "addresses"]) {
    await sql`
      select setval(pg_get_serial_sequence(${`${schema}.${table}`}, 'id'),
        nextval(pg_get_serial_sequence(format('%I.%I', ${home}::text, ${table}::text), 'id')))
    `.execute(trx);
  }
  await sql`drop table ${allTables(home)}`.execute(trx);
  for (const table of tables) {
    await sql`alter table ${sql.id(schema, table)} set schema ${sql.id(home)}`.execute(trx);
  }
  await sql`drop schema ${sql.id(schema)}`.execute(trx);
}

/** Waits for a moment in which nobody reads them, a tenth of a second at a time: who waits for a lock makes all others wait behind. */
async function lockTables(trx: Transaction<DB>, home: string): Promise<void> {
  await sql`set local lock_timeout = '100ms'`.execute(trx);
  await sql`savepoint unlocked`.execute(trx);
  for (let attempt = 1; ; attempt++) {
    try {
      await sql`lock table ${allTables(home)} in access exclusive mode`.execute(trx);
      break;
    } catch (error) {
      const { code } = error as { code?: string };
      if ((code !== "55P03" && code !== "40P01") || attempt === patience) throw error;
      await sql`rollback to savepoint unlocked`.execute(trx);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  await sql`reset lock_timeout`.execute(trx);
}

async function dropSchema(schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
}

/** Drops what was built by processes that don't save it any more: those that were killed, or failed. */
export async function dropOldTables(): Promise<void> {
  const { rows } = await sql<{ schema: string }>`
    select n.nspname::text as schema
    from pg_namespace n
    cross join lateral regexp_match(n.nspname, '^rebote_import_([0-9]{1,9})_([0-9]{1,9})$') as name
    where n.nspowner = (select oid from pg_roles where rolname = current_user)
      and name is not null
      and not exists (
        select from imports i join pg_stat_activity a on a.pid = name[2]::int and a.datname = current_database()
        where i.id = name[1]::int and i.state = 'saving'
      )
  `.execute(db);
  for (const { schema } of rows) await dropSchema(schema);
}
