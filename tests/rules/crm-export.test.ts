import fc from "fast-check";
import { parse } from "papaparse";
import { describe, expect, test } from "vitest";
import { CRM_FILE_ROWS, type CrmRow, type CrmWords, crmFiles } from "#app/rules/crm-export.ts";

const row: CrmRow = {
  crm_record_id: "zcrm_1",
  crm_module: "Leads",
  email: "reservas@bahia.example",
  first_name: "Hotel Bahía",
  last_name: "(Hotel)",
  company: "Bahía S.A.S.",
  phone: "+57 300 555 0101",
  campaign: "San Valentín",
  bounce_kind: "hard",
  bounce_reason: '550 5.1.1 <reservas@bahia.example>: "User unknown" | bye',
  category: "no-such-mailbox",
  decision: "remove",
  confirmed_against: null,
  requested_by: "Ana Prueba",
  requested_at: new Date("2026-11-22T14:07:00Z"),
  note: "Cerró el hotel\ny no hay otro correo",
  new_email: null,
};
const now = new Date("2026-11-22T14:07:00Z");
const words: CrmWords = { says: (category) => `says ${category}`, problem: (problem) => `of ${problem}`, yes: "sí" };
const bogota = { timeZone: "America/Bogota", now, words };
const read = (content: string) => parse<string[]>(content.replace(/^\ufeff/, "").trimEnd()).data;
const only = (rows: CrmRow[]) => {
  const [file] = crmFiles(rows, bogota);
  if (!file) throw new Error("no file");
  return file;
};

test("one contact, in the CRM administrator's columns", () => {
  const file = only([row, { ...row, decision: "correct", new_email: "hola@bahia.example" }]);
  expect(file.file_name).toBe("crm-2026-11-22-0907-leads.csv");
  expect(file.content.startsWith("\ufeffRecord Id,Module,Email,")).toBe(true);
  expect(file.content).not.toMatch(/(?<!\r)\n/);
  expect(read(file.content)).toEqual([
    [
      ...["Record Id", "Module", "Email", "First Name", "Last Name", "Company", "Phone", "Campaign", "Bounce type"],
      ...["Bounce reason", "Verdict", "Problem", "Decision", "Confirmed twice", "Requested by", "Requested at", "Note"],
      "New Email",
    ],
    [
      ...["zcrm_1", "Leads", "reservas@bahia.example", "Hotel Bahía", "(Hotel)", "Bahía S.A.S.", "'+57 300 555 0101"],
      ...["San Valentín", "hard", "550 5.1.1 reservas@bahia.example: User unknown bye"],
      ...["says no-such-mailbox", "of address", "remove", "", "Ana Prueba"],
      ...["2026-11-22T09:07:00-05:00", "Cerró el hotel y no hay otro correo", ""],
    ],
    expect.arrayContaining(["correct", "hola@bahia.example"]),
  ]);
});

test.each([
  ["as stored", { category: "sender-blocked" }, ["says sender-blocked", "of sender", ""]],
  ["read here where none is stored yet", { category: null }, ["says no-such-mailbox", "of address", ""]],
  ["none without a reason", { category: null, bounce_reason: null }, ["", "", ""]],
  [
    "and against which one it was confirmed again",
    { category: "unknown", confirmed_against: "sender-auth" },
    ["says unknown", "of unknown", "sí"],
  ],
] as const)("the verdict beside the reason: %s", (_, change, [says, problem, twice]) => {
  const [header = [], cells = []] = read(only([{ ...row, ...change }]).content);
  const cell = (name: string) => cells[header.indexOf(name)];
  expect([cell("Verdict"), cell("Problem"), cell("Confirmed twice")]).toEqual([says, problem, twice]);
});

test("no translation can bring a formula or a forbidden character", () => {
  const bad = { says: () => '=1+"1"', problem: () => "@<x>|", yes: "+1" };
  const [file] = crmFiles([{ ...row, confirmed_against: "sender-auth" }], { ...bogota, words: bad });
  const [, cells = []] = read(file?.content ?? "");
  expect(cells.filter((one) => /^[=+\-@]/.test(one))).toEqual([]);
  expect(cells.join("")).not.toMatch(/["|<>]/);
});

test.each([
  [{ last_name: "Ríos" }, "Ríos"],
  [{ last_name: null }, "Bahía S.A.S."],
  [{ last_name: ' "|" ', company: "<>" }, "reservas"],
  [{ last_name: "", company: null, email: "ÉL@bahia.example" }, "ÉL"],
])("a last name that the CRM takes: %o", (change, last_name) => {
  expect(read(only([{ ...row, ...change }]).content)[1]?.[4]).toBe(last_name);
});

describe("files", () => {
  const names = (rows: CrmRow[]) => crmFiles(rows, bogota).map((file) => file.file_name.slice(19));

  test("none without rows", () => expect(names([])).toEqual([]));

  test("one a module, however it is written; one of its own without a module", () => {
    const modules = ["Leads", "Contacts", null, "leads ", "Posibles clientes", ""];
    expect(names(modules.map((crm_module) => ({ ...row, crm_module })))).toEqual([
      "-leads.csv",
      "-contacts.csv",
      ".csv",
      "-posibles-clientes.csv",
    ]);
  });

  test("none longer than the CRM takes", () => {
    const files = crmFiles(Array<CrmRow>(CRM_FILE_ROWS + 1).fill(row), bogota);
    expect(files.map(({ file_name, rows }) => [file_name.slice(19), rows.length])).toEqual([
      ["-leads-1.csv", CRM_FILE_ROWS],
      ["-leads-2.csv", 1],
    ]);
  });
});

test.each([
  ["America/Bogota", "2026-11-22T09:07:00-05:00"],
  ["Asia/Kolkata", "2026-11-22T19:37:00+05:30"],
  ["Pacific/Auckland", "2026-11-23T03:07:00+13:00"],
  ["UTC", "2026-11-22T14:07:00+00:00"],
])("the time of asking in %s", (timeZone, text) => {
  expect(crmFiles([row], { ...bogota, timeZone })[0]?.content).toContain(text);
});

test("whatever the texts: no forbidden character, no formula, every row with its columns and a last name", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  const cell = fc.oneof(text, fc.constantFrom("=1+1", '"=cmd|x"!A1', "\t@SUM(A1)", "|+57", "<->", "a\r\nb,c", ""));
  const rows = fc.array(fc.record({ last_name: cell, company: cell, bounce_reason: cell, note: cell, phone: cell }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(rows, (changes) => {
      const { content } = only(changes.map((change) => ({ ...row, ...change })));
      const [, ...lines] = read(content);
      expect(lines).toHaveLength(changes.length);
      for (const line of lines) {
        expect(line).toHaveLength(18);
        expect(line.join("")).not.toMatch(/["|<>\r\n]/);
        expect(line.filter((one) => /^[=+\-@]/.test(one))).toEqual([]);
        expect(line[4]).not.toBe("");
      }
    }),
  );
});
