import { writeFileSync } from "node:fs";
import path from "node:path";
import * as XLSX from "@e965/xlsx";
import fc from "fast-check";
import iconv from "iconv-lite";
import { sql } from "kysely";
import Papa from "papaparse";
import { beforeEach, expect, test } from "vitest";
import { storeName } from "#app/jobs/files.ts";
import { importNow, type OwnFile, tryNow } from "#app/jobs/import-now.ts";
import { pickUpAbandoned } from "#app/jobs/tasks.ts";
import { db, pool } from "#db/connection.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { undoImport } from "#db/queries/import-steps.ts";
import { ownDatabase } from "../database.ts";
import { until } from "../imported.ts";

ownDatabase();

beforeEach(wipe);
async function wipe() {
  await sql`truncate contacts, addresses, deliveries, imports, campaigns, campaign_counts cascade`.execute(db);
}

let files = 0;
function fileOf(name: string, content: string | Uint8Array, chosen: Partial<OwnFile["chosen"]> = {}): OwnFile {
  const place = path.join(process.env.DATA_DIR ?? "", `${++files} ${name}`);
  writeFileSync(place, content);
  return {
    place,
    file_name: name,
    bytes: content.length,
    sha256: String(files),
    overwrite: true,
    chosen: { list: null, mapping: null, sheet: null, day_first: null, ...chosen },
    home: { country: "CO", time_zone: "America/Bogota" },
  };
}

let campaigns = 0;
const newCampaign = async () => (await createCampaign({ name: `C${++campaigns}`, sent_at: null }, null)) ?? 0;

async function imported(campaign_id: number, file: OwnFile) {
  const answer = await importNow(campaign_id, file, null);
  if ("failure" in answer) throw new Error(answer.failure);
  return answer;
}

/** What is stored of a campaign's people, in the words of a file. */
async function stored(campaign_id: number) {
  const { rows } = await sql<Record<string, string | null>>`
    select a.email_key, c.first_name, c.company, c.phone, d.bounce_kind::text as kind, d.bounce_reason as reason
    from deliveries d join addresses a on a.id = d.address_id join contacts c on c.id = a.contact_id
    where d.campaign_id = ${campaign_id} order by a.email_key
  `.execute(db);
  return rows;
}

const word = fc
  .array(fc.constantFrom(..."abcXYZáéñÑü ,;|\t\"'“€=+-@0123456789\n"), { minLength: 1, maxLength: 15 })
  .map((letters) => letters.join("").trim())
  .filter((text) => /[a-z]/i.test(text) && !/^(null|n\/a)$/i.test(text));
const person = fc.record({
  email: fc.stringMatching(/^[a-z0-9]{1,10}@(ejemplo|Hotel)\.example$/),
  first_name: fc.option(word, { nil: "" }),
  company: fc.option(word, { nil: "" }),
  phone: fc.constantFrom("", "300 555 0101", "0012", "3005550102", "(601) 555 0103"),
  reason: fc.option(word, { nil: "" }),
});
const people = fc.uniqueArray(person, { minLength: 1, maxLength: 12, selector: ({ email }) => email.toLowerCase() });
const headers = ["Contact Email", "First Name", "Company Name", "Phone", "Bounce reason"];
const cellsOf = ({ email, first_name, company, phone, reason }: Record<string, string>) =>
  [email, first_name, company, phone, reason] as string[];

const format = fc.oneof(
  fc.record({
    delimiter: fc.constantFrom(",", ";", "\t", "|"),
    newline: fc.constantFrom("\n", "\r\n"),
    quotes: fc.boolean(),
    encoding: fc.constantFrom("utf-8", "utf-8 with mark", "utf-16le", "utf-16be", "win1252"),
  }),
  fc.record({ bookType: fc.constantFrom("xlsx", "ods", "biff8" as const) }),
);

function write(rows: string[][], how: Record<string, unknown>): Uint8Array {
  if (typeof how.bookType === "string") {
    const sheet = XLSX.utils.aoa_to_sheet(rows);
    const book = XLSX.utils.book_new(sheet, "Rebotes");
    return XLSX.write(book, { type: "buffer", bookType: how.bookType as XLSX.BookType });
  }
  const text = Papa.unparse(rows, how);
  const name = String(how.encoding);
  return iconv.encode(text, name.split(" ")[0] ?? name, { addBOM: name !== "win1252" && name !== "utf-8" });
}

const nothing = (text: string) => (text === "" ? null : text);

test("any list, in any dialect, encoding and workbook, is stored as it was", async () => {
  await fc.assert(
    fc.asyncProperty(people, format, async (list, how) => {
      await wipe();
      const campaign_id = await newCampaign();
      const file = fileOf("soft bounce.csv", write([headers, ...list.map(cellsOf)], how));
      expect(await tryNow(campaign_id, [file])).toMatchObject([
        { account: { rows: list.length, created: list.length } },
      ]);
      const first = await imported(campaign_id, file);
      expect(first).toMatchObject({ list: "soft", account: { rows: list.length, created: list.length, rejected: 0 } });
      const expected = list
        .map(({ email, first_name, company, phone, reason }) => ({
          email_key: email.toLowerCase(),
          first_name: nothing(first_name),
          company: nothing(company),
          phone: nothing(phone),
          kind: "soft",
          reason: nothing(reason),
        }))
        .sort((a, b) => (a.email_key < b.email_key ? -1 : 1));
      expect(await stored(campaign_id)).toEqual(expected);

      // Twice is once; undone, nothing is left.
      const again = await imported(campaign_id, file);
      expect(again.account).toMatchObject({ created: 0, updated: 0, unchanged: list.length });
      expect(await stored(campaign_id)).toEqual(expected);
      await undoImport(again.import_id ?? 0, null);
      expect(await undoImport(first.import_id ?? 0, null)).toEqual({ left: 0 });
      expect(await stored(campaign_id)).toEqual([]);
      expect(await db.selectFrom("contacts").select("id").execute()).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 120_000);

test("the account adds up whatever the file holds, and the trial tells what the import does", async () => {
  const cell = fc.constantFrom(
    "",
    "--",
    "a@x.example",
    "A@x.example",
    "b@x.example",
    "nobody",
    "Soft bounce",
    "Hard bounce",
    "Sent",
    "x",
  );
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom("combined", "soft" as const), async (cells, list) => {
      await wipe();
      const campaign_id = await newCampaign();
      const file = fileOf("x.csv", Papa.unparse([["Email", "Status", "Reason", "Name"], ...cells]), { list });
      const [trial] = await tryNow(campaign_id, [file]);
      const answer = await importNow(campaign_id, file, null);
      if ("failure" in answer || !trial || "failure" in trial) return expect(trial).toEqual(answer);
      const { rows, created, updated, unchanged, duplicate, rejected } = answer.account;
      expect(created + updated + unchanged + duplicate + rejected).toBe(rows);
      expect(trial.account).toEqual(answer.account);
      expect(await stored(campaign_id)).toHaveLength(created);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("many rows of an event log are one delivery with all its events, in any order", async () => {
  const lines = [
    "a@x.example,Sent,2026-02-14 10:00",
    "a@x.example,Delivered,2026-02-14 10:01",
    "A@x.example,Opened,2026-02-15 08:00",
    "a@x.example,Opened,2026-02-14 11:00",
    "b@x.example,Soft bounce,2026-02-14 10:02",
    "b@x.example,Hard bounce,2026-02-16 10:02",
    // Tried again until it arrived; arrived, and sent back later; seen, whoever says what.
    "c@x.example,Soft bounce,2026-02-14 10:02",
    "c@x.example,Soft bounce,2026-02-14 10:12",
    "c@x.example,Delivered,2026-02-14 10:32",
    "d@x.example,Delivered,2026-02-14 10:02",
    "d@x.example,Soft bounce,2026-02-14 10:12",
    "e@x.example,Soft bounce,2026-02-14 10:02",
    "e@x.example,Opened,2026-02-14 11:00",
    "f@x.example,Hard bounce,2026-02-14 10:02",
    "f@x.example,Delivered,2026-02-14 11:00",
  ];
  const ends: unknown[] = [];
  for (const order of [lines, lines.toReversed()]) {
    await wipe();
    const campaign_id = await newCampaign();
    const file = fileOf("log.csv", ["Email,Status,Date", ...order].join("\n"));
    expect((await imported(campaign_id, file)).account).toMatchObject({ rows: 15, created: 6, duplicate: 9 });
    const { rows } = await sql`
      select a.email_key, d.opened, d.sent_at, d.opened_at, d.bounce_kind, d.bounced_at
      from deliveries d join addresses a on a.id = d.address_id where d.campaign_id = ${campaign_id} order by 1
    `.execute(db);
    ends.push(rows);
  }
  expect(ends[0]).toMatchObject([
    { opened: true, sent_at: new Date("2026-02-14T15:00:00Z"), opened_at: new Date("2026-02-14T16:00:00Z") },
    { bounce_kind: "hard", bounced_at: new Date("2026-02-16T15:02:00Z") },
    { bounce_kind: null, bounced_at: null },
    { bounce_kind: "soft", bounced_at: new Date("2026-02-14T15:12:00Z") },
    { bounce_kind: null, bounced_at: null, opened: true },
    { bounce_kind: "hard" },
  ]);
  expect(ends[1]).toEqual(ends[0]);
});

test("only filling gaps: what is stored stays, what is missing comes", async () => {
  const campaign_id = await newCampaign();
  await imported(campaign_id, fileOf("soft.csv", "Contact Email,First Name,Phone\na@x.example,Ana,\n"));
  const other = fileOf("soft.csv", "Contact Email,First Name,Phone\na@x.example,Anita,300 555 0101\n");
  const { account } = await imported(campaign_id, { ...other, overwrite: false });
  expect(account).toMatchObject({ updated: 1 });
  expect(await stored(campaign_id)).toMatchObject([{ first_name: "Ana", phone: "300 555 0101" }]);
});

test("a day over 12 in the last line settles the order of all dates", async () => {
  const campaign_id = await newCampaign();
  const rows = Array.from({ length: 3_000 }, (_, index) => `p${index}@x.example,02/03/2026`);
  const file = fileOf("sent.csv", `Email,Sent Date\n${rows.join("\n")}\nlast@x.example,02/14/2026\n`);
  await imported(campaign_id, file);
  const { rows: days } = await sql<{ day: string }>`
    select distinct (sent_at at time zone 'America/Bogota')::date::text as day from deliveries order by 1
  `.execute(db);
  expect(days.map(({ day }) => day)).toEqual(["2026-02-03", "2026-02-14"]);
});

test("a million addresses are no reason to forget one: repeats far apart are found", async () => {
  const campaign_id = await newCampaign();
  const rows = Array.from({ length: 70_000 }, (_, index) => `p${index % 69_990}@x.example,Ana`);
  const file = fileOf("sent.csv", `Email,Nombre\n${rows.join("\n")}\n`);
  expect((await imported(campaign_id, file)).account).toMatchObject({ rows: 70_000, created: 69_990, duplicate: 10 });
}, 60_000);

test("somebody who looks for abandoned imports in the very moment in which one is made leaves it alone", async () => {
  const campaign_id = await newCampaign();
  // The search stands in line for a connection behind the making of the import: it comes right after that, before anything else of it.
  const held = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
  const release = () => held.pop()?.release();
  try {
    await storeName();
    const importing = imported(campaign_id, fileOf("soft.csv", "Contact Email\na@x.example\n"));
    await until("the import waits", async () => pool.waitingCount === 1);
    const looking = pickUpAbandoned();
    await until("the search waits behind it", async () => pool.waitingCount === 2);
    release();
    await until("the import is made", async () => ((await held[0]?.query("select from imports"))?.rowCount ?? 0) > 0);
    while (held.length > 0) release();
    await looking;
    expect((await importing).account).toMatchObject({ rows: 1, created: 1 });
  } finally {
    while (held.length > 0) release();
  }
});
