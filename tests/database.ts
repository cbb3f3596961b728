import { afterAll, beforeAll } from "vitest";
import { closeDatabase } from "#db/connection.ts";
import { takeDatabase } from "./cluster.ts";

/** Gives the test file a database of its own: called once at its top, before anything queries. */
export function ownDatabase(): void {
  beforeAll(async () => {
    process.env.DATABASE_URL = await takeDatabase();
  });
  afterAll(closeDatabase);
}
