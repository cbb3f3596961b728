import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Logger, runMigrations } from "graphile-worker";
import { Kysely, type Migration, Migrator, PostgresDialect } from "kysely";
import pg from "pg";
import { DatabaseProblem } from "./binaries.ts";

const silent = new Logger(() => () => {});
const folder = fileURLToPath(new URL("migrations", import.meta.url));

/**
 * Brings the database to the state of today's code and answers the names of the migrations that it took.
 * Processes that do so at the same moment take turns. Throws DatabaseProblem when the database is newer than the code.
 */
export async function migrate(url: string): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => {});
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations } });
    const { error, results = [] } = await migrator.migrateToLatest();
    const failed = results.find(({ status }) => status === "Error");
    if (failed) throw new DatabaseProblem(`migration ${failed.migrationName} failed: ${messageOf(error)}`);
    if (/previously executed migration .* is missing/.test(messageOf(error))) {
      throw new DatabaseProblem("the database was written by a newer Rebote than this one; update the program");
    }
    if (error) throw new DatabaseProblem(`the database could not be migrated: ${messageOf(error)}`);
    // The queue of jobs keeps its tables in a schema of its own.
    await runMigrations({ pgPool: pool, logger: silent }).catch((error) => {
      throw new DatabaseProblem(`the queue of jobs could not be made: ${messageOf(error)}`);
    });
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await db.destroy();
  }
}

async function getMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => /^\d+.*\.ts$/.test(name));
  const loaded = names.map(async (name) => [
    name.replace(/\.ts$/, ""),
    await import(/* @vite-ignore */ pathToFileURL(path.join(folder, name)).href),
  ]);
  return Object.fromEntries(await Promise.all(loaded));
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
