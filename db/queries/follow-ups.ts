import { sql } from "kysely";
import { db } from "../connection.ts";

/** Open follow-ups, for the navigation: counted up to 1,000, since no more is ever shown. */
export async function countOpenFollowUps(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select 1 from follow_ups where closed_at is null limit 1000) as some
  `.execute(db);
  return rows[0]?.count ?? 0;
}
