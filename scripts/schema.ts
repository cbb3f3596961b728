import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { generate, getDialect } from "kysely-codegen";
import { closeDatabase, db } from "#db/connection.ts";
import { openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";

const file = "db/schema.ts";

/** `npm run schema`: writes db/schema.ts from a database that the migrations made from nothing. */
export default async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "rebote-schema-"));
  const { url, stop } = await openDatabase({ dataDir, settings: { fsync: "off" } });
  try {
    process.env.DATABASE_URL = url;
    await migrate(url);
    await writeFile(file, await generateSchema());
  } finally {
    await closeDatabase();
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What db/schema.ts must say for the database that is open now: the types of its tables and closed lists. */
export async function generateSchema(): Promise<string> {
  const source = await generate({
    db,
    dialect: getDialect("postgres"),
    outFile: null,
    excludePattern: "kysely_*",
    singularize: true,
    // As db/connection.ts reads them.
    typeMapping: { int8: "number", date: "string" },
  });
  return format(source);
}

function format(source: string): string {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  return execFileSync(process.execPath, [biome, "check", "--write", `--stdin-file-path=${file}`], {
    input: source,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
}
