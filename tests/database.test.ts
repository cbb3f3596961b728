import { describe, expect, test } from "vitest";
import { listUsers } from "#db/queries/users.ts";
import { ownDatabase } from "./database.ts";
import { signedIn } from "./people.ts";

// The harness itself: files that share a database would pass alone and fail together.
describe("a test file's database", () => {
  ownDatabase();

  test("begins without a row, and keeps what is written", async () => {
    expect(await listUsers()).toEqual([]);
    const { email } = await signedIn("sales");
    expect((await listUsers()).map((user) => [user.email, user.role])).toContainEqual([email, "sales"]);
  });

  test("runs where neither the organisation nor PostgreSQL is", () => {
    expect(new Date("2026-01-01T12:00:00Z").getTimezoneOffset()).toBe(-13 * 60);
  });
});
