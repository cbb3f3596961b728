import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { DB } from "./schema.ts";

const types = new pg.TypeOverrides();
// Counts and sums of counts: a number that JavaScript can't hold is an error, not a rounded figure.
types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
  return value;
});
// A calendar date has no zone; as a Date it would move with the machine's.
types.setTypeParser(pg.types.builtins.DATE, (text) => text);

// The address is read when a connection is made: it is known only once our own PostgreSQL runs.
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    const connectionString = process.env.DATABASE_URL;
    if (!connectionString) throw new Error("DATABASE_URL is not set: no database has been opened");
    super({ ...config, connectionString, types });
  }
}

function createPool(): pg.Pool {
  const created = new pg.Pool({
    Client,
    max: 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    // What takes longer, such as a large import, raises it for itself: `set local statement_timeout`.
    statement_timeout: 60_000,
    // Our own clock, for a server that hangs and whose clock does, too.
    query_timeout: 15 * 60_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: "rebote",
  });
  // A server that stops tells idle connections so; unheard, that error would end the process.
  created.on("error", () => {});
  created.on("connect", (client) => client.on("error", () => {}));
  return created;
}

// The built app and the scripts hold a copy of this module each, and hot reload makes more: the pool is one all the same.
const shared = globalThis as { [key: symbol]: pg.Pool | undefined };
const key = Symbol.for("rebote.pool");

/** The one pool of this process. Nothing connects before the first query, and then to DATABASE_URL as it is. */
export const pool: pg.Pool = shared[key] ?? createPool();
shared[key] = pool;

export const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });

/** Waits for running queries and closes every connection; for the end of a process. */
export async function closeDatabase(): Promise<void> {
  if (shared[key] === pool) shared[key] = undefined;
  if (!pool.ending) await pool.end();
}
