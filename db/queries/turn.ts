import { sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB } from "../schema.ts";

/** Waits for the imports' turn and keeps it until the transaction ends: whoever brings contacts or takes some away does so alone. */
export async function takeTurn(trx: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(7369627, 0)`.execute(trx);
}

// Deadlock with somebody at work on the same contacts; an address that a call brought in the same moment.
const passing = ["40P01", "23503", "23505"];

/** A transaction that may take long, tried again when it only met another at the wrong moment. */
export async function writing<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (trx) => {
        await sql`set local statement_timeout = '30min'`.execute(trx);
        await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
        await sql`set local work_mem = '256MB'`.execute(trx);
        return work(trx);
      });
    } catch (error) {
      if (attempt === 5 || !passing.includes((error as { code?: string }).code ?? "")) throw error;
    }
  }
}
