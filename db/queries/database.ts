import { sql } from "kysely";
import { db } from "../connection.ts";

const PATIENCE = 2_000;

/** Whether the database answers at all, within two seconds; never throws. */
export async function databaseAnswers(): Promise<boolean> {
  const answer = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}

/** How large the database is, which PostgreSQL serves it, and whether that is the one that we start ourselves. */
export async function measureDatabase(): Promise<{ bytes: number; server_version: string; embedded: boolean }> {
  const { rows } = await sql<{ bytes: number; server_version: string; embedded: boolean }>`
    select pg_database_size(current_database()) as bytes,
      split_part(current_setting('server_version'), ' ', 1) as server_version,
      current_setting('cluster_name') = 'rebote' as embedded
  `.execute(db);
  return rows[0] as { bytes: number; server_version: string; embedded: boolean };
}

/** Checks that tables built anew have put off: what follows "from". */
export const uncheckedConstraints = sql`
  pg_constraint where not convalidated and conrelid in ('contacts'::regclass, 'addresses'::regclass, 'deliveries'::regclass)
`;

/**
 * After a large import: until PostgreSQL comes to it by itself, every plan would take the new rows for none. Checks that tables built anew have put off
 * are made up for, while everybody goes on reading and writing.
 */
export async function refreshStatistics(): Promise<void> {
  await sql`analyze contacts, addresses, deliveries, follow_ups`.execute(db);
  const { rows } = await sql<{ statement: string }>`
    select format('alter table %s validate constraint %I', conrelid::regclass, conname) as statement
    from ${uncheckedConstraints}
  `.execute(db);
  for (const { statement } of rows) await sql.raw(statement).execute(db);
}
