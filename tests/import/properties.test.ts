import fc from "fast-check";
import iconv from "iconv-lite";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { problemCodes } from "#app/import/codes.ts";
import { decode } from "#app/import/decode.ts";
import { delimiters, readLines } from "#app/import/delimited.ts";
import { guessList } from "#app/import/lists.ts";
import { readRows } from "#app/import/rows.ts";
import { openTable } from "#app/import/table.ts";
import { importLists } from "#db/lists.ts";

const address = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{1,12}$/), fc.constantFrom("ejemplo.com", "Hotel.Example", "correo.example.co"))
  .map(([local, domain]) => `${local}@${domain}`);
const latin = [..."abcXYZ áéíóúñÑü€¿“”–,;|\t\"'<>=+-@.0123456789"];
const cell = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...latin) },
      { weight: 1, arbitrary: fc.constantFrom("\n", "\r\n") },
    ),
    { maxLength: 20 },
  )
  .map((letters) => letters.join(""));
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(fc.tuple(address, ...Array.from({ length: width }, () => cell)), { minLength: 1, maxLength: 12 }),
  );
const dialect = fc.record({
  delimiter: fc.constantFrom(...delimiters),
  newline: fc.constantFrom("\n", "\r\n"),
  quotes: fc.boolean(),
});
const encoding = fc.constantFrom(
  { name: "utf-8", addBOM: false },
  { name: "utf-8", addBOM: true },
  { name: "utf-16le", addBOM: true },
  { name: "utf-16le", addBOM: false },
  { name: "utf-16be", addBOM: true },
  { name: "utf-16be", addBOM: false },
  { name: "win1252", addBOM: false },
);

test("any contact table, written in any dialect and encoding, reads back the same", () => {
  fc.assert(
    fc.property(table, dialect, encoding, (cells, { delimiter, newline, quotes }, { name, addBOM }) => {
      const written = Papa.unparse(cells, { delimiter, newline, quotes });
      const decoded = decode(iconv.encode(written, name, { addBOM }));
      expect(decoded).toMatchObject({ text: written });
      const read = readLines(written);
      expect(read).toMatchObject({ delimiter });
      expect("lines" in read && read.lines.map((line) => line.cells)).toEqual(cells);
    }),
    { numRuns: 400 },
  );
});

const word = fc.constantFrom(
  "",
  "--",
  "Sent",
  "Opened",
  "Hard bounce",
  "Soft bounce",
  "Bounced",
  "Total Count",
  "14/02/2022",
  "ayer",
  "317 555 0101",
  "a@b",
);
const messy = fc.array(fc.array(fc.oneof(address, word, cell), { minLength: 1, maxLength: 8 }), { maxLength: 15 });
const header = fc.shuffledSubarray([
  "Email",
  "Status",
  "Bounce reason",
  "Phone",
  "Date",
  "Nombre",
  "Opens",
  "Bounce Type",
  "__proto__",
  "",
]);
const reading = fc.record({
  list: fc.constantFrom(...importLists),
  timeZone: fc.constantFrom("America/Bogota", "America/Santiago", "Europe/Madrid"),
  dayFirst: fc.boolean(),
});

describe("the account", () => {
  test("adds up for any table and list, with one reason for each rejected row", () => {
    fc.assert(
      fc.property(header, messy, reading, (head, body, choice) => {
        const opened = openTable(Papa.unparse([head, ...body]));
        if ("failure" in opened) return;
        const result = readRows(opened, choice);
        expect(result.rows.length + result.rejected).toBe(result.total);
        expect(result.total + result.skipped).toBe(opened.rows.length);
        expect(result.problems.filter((problem) => problem.rejected)).toHaveLength(result.rejected);
        expect(result.problems.every((problem) => problemCodes.includes(problem.code))).toBe(true);
        for (const row of result.rows) {
          expect(row.facts.length).toBeGreaterThan(0);
          expect(row.facts.includes("hard") && row.facts.includes("soft")).toBe(false);
          expect(row.bounce_reason === undefined || row.facts.some((fact) => fact === "hard" || fact === "soft")).toBe(
            true,
          );
          expect(row.auto_reply_reason === undefined || row.facts.includes("auto-reply")).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("never throws", () => {
  const everything = (source: Uint8Array | string) => {
    const opened = openTable(source);
    if ("failure" in opened) return;
    guessList({
      fileName: "x.csv",
      titles: opened.titles,
      mapping: opened.mapping,
      rows: opened.rows.map((row) => row.cells),
    });
    for (const list of ["hard", "combined"] as const) readRows(opened, { list, timeZone: "America/Bogota" });
  };

  test("on random bytes, with or without the start of a known format", () => {
    const start = fc.constantFrom("", "504b0304", "504b0506", "d0cf11e0a1b11ae1", "fffe", "feff", "efbbbf", "1f8b");
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), (hex, bytes) =>
        everything(Buffer.concat([Buffer.from(hex, "hex"), bytes])),
      ),
      { numRuns: 500 },
    );
  });

  test("on random text and on tables with pieces missing", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), everything), { numRuns: 500 });
    fc.assert(
      fc.property(table, dialect, fc.nat(), fc.nat({ max: 30 }), (cells, options, from, length) => {
        const written = Papa.unparse([["Email", "Status", "Date", "Phone"], ...cells], options);
        const at = from % written.length;
        everything(written.slice(0, at) + written.slice(at + length));
      }),
      { numRuns: 500 },
    );
  });
});
