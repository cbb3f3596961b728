import { sql, type Transaction } from "kysely";
import type { DB } from "../schema.ts";

/** Waits for the imports' turn and keeps it until the transaction ends: whoever brings contacts or takes some away does so alone. */
export async function takeTurn(trx: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(7369627, 0)`.execute(trx);
}
