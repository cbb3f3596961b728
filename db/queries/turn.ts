import { sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB } from "../schema.ts";

/**
 * Waits for the imports' turn and keeps it until the transaction ends: whoever brings contacts or takes some away does so alone. Triggers know it
 * by `rebote.has_turn`.
 */
export async function takeTurn(trx: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(7369627, 0), set_config('rebote.has_turn', 'on', true)`.execute(trx);
}

/** As `takeTurn`, for who can't wait as long as an import takes: after two seconds it answers false, and nothing has happened. */
export async function tryTurn(trx: Transaction<DB>): Promise<boolean> {
  await sql`savepoint before_turn`.execute(trx);
  try {
    await sql`set local lock_timeout = '2s'`.execute(trx);
    await takeTurn(trx);
    await sql`set local lock_timeout to default`.execute(trx);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "55P03") throw error;
    await sql`rollback to savepoint before_turn`.execute(trx);
    return false;
  }
}

// Deadlock with somebody at work on the same contacts; an address that a call brought in the same moment; tables that were
// not free to be replaced, that somebody wrote into meanwhile, or that something unforeseen holds on to.
const passing = ["40P01", "23503", "23505", "55P03", "40001", "2BP01"];

/** A transaction that may take long, tried again (`attempt` counts from 1) when it only met another at the wrong moment. */
export async function writing<T>(work: (trx: Transaction<DB>, attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (trx) => {
        await mayTakeLong(trx);
        return work(trx, attempt);
      });
    } catch (error) {
      if (attempt === 5 || !passing.includes((error as { code?: string }).code ?? "")) throw error;
    }
  }
}

/** Somebody changed, in the meantime, what this transaction builds on: it begins again (PostgreSQL's "serialization failure"). */
export class ChangedMeanwhile extends Error {
  readonly code = "40001";
}

/** For the transaction's length: the limits that keep a page's statement short don't hold. */
export async function mayTakeLong(trx: Transaction<DB>): Promise<void> {
  await sql`set local statement_timeout = '30min'`.execute(trx);
  await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
  await sql`set local work_mem = '256MB'`.execute(trx);
}

/** Keeps the process of PostgreSQL that a transaction runs in among those `atWork` while it works: what `cancelStatement` may be told. */
export async function whileAtWork<T>(trx: Transaction<DB>, atWork: Set<number>, work: () => Promise<T>): Promise<T> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
  const pid = rows[0]?.pid ?? 0;
  atWork.add(pid);
  try {
    return await work();
  } finally {
    atWork.delete(pid);
  }
}
