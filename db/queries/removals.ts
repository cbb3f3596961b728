import { sql } from "kysely";
import { db } from "../connection.ts";

/** Removals that wait for the CRM administrator, counted up to 1,000. */
export async function countRequestedRemovals(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select 1 from removals where state in ('requested', 'exported') limit 1000) as some
  `.execute(db);
  return rows[0]?.count ?? 0;
}
