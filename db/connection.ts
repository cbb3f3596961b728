import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { DB } from "./schema.ts";

/** The one pool of this process. Connects at the first query, to DATABASE_URL as it is then. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
// A server that stops drops idle connections; unheard, that error would end the process.
pool.on("error", () => {});

export const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });

export async function closeDatabase(): Promise<void> {
  await db.destroy();
}
