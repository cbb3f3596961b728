import { readFileSync } from "node:fs";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { db } from "#db/connection.ts";
import * as lists from "#db/lists.ts";
import { generateSchema } from "#scripts/schema.ts";
import { ownDatabase } from "./database.ts";

ownDatabase();

test("db/schema.ts is what the migrations make (npm run schema writes it)", async () => {
  expect(readFileSync("db/schema.ts", "utf8")).toBe(await generateSchema());
});

test("db/lists.ts holds every closed list of the database, word for word", async () => {
  const { rows } = await sql<{ name: string; words: string[] }>`
    select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as words
    from pg_enum e join pg_type t on t.oid = e.enumtypid group by t.typname`.execute(db);
  expect(rows.length).toBeGreaterThan(5);

  const ours = Object.fromEntries(
    Object.entries(lists).map(([name, words]) => [name, [...(words as readonly string[])].sort()]),
  );
  const theirs = Object.fromEntries(
    rows.map(({ name, words }) => [
      `${name.replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase())}s`.replace(/ys$/, "ies"),
      words.sort(),
    ]),
  );
  expect(ours).toMatchObject(theirs);
});
