import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { closeDatabase } from "#db/connection.ts";
import { takeDatabase } from "./cluster.ts";

/** Gives the test file a database and a folder for files of its own: called once at its top, before anything queries. */
export function ownDatabase(): void {
  let folder = "";
  beforeAll(async () => {
    process.env.DATABASE_URL = await takeDatabase();
    folder = await mkdtemp(path.join(tmpdir(), "rebote-files-"));
    process.env.DATA_DIR = folder;
  });
  afterAll(async () => {
    await closeDatabase();
    await rm(folder, { recursive: true, force: true });
  });
}
