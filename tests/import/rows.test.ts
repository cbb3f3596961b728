import { describe, expect, test } from "vitest";
import { type Reading, readRows } from "#app/import/rows.ts";
import { openTable } from "#app/import/table.ts";

function read(text: string, reading: Partial<Reading> = {}) {
  const table = openTable(text);
  if ("failure" in table) throw new Error(table.failure);
  return readRows(table, { list: "soft", timeZone: "America/Bogota", ...reading });
}
const codes = (result: ReturnType<typeof read>) =>
  result.problems.map(({ line, column, code }) => [line, column, code]);

test("a tab of Zoho's report, pasted", () => {
  const result = read(
    [
      "Contact Email\tBounce reason\tFirst Name\tLast Name\tCompany Name\tPhone",
      "GERENCIA@hotel.example\tTemporary failure : 5.7.1  smtp: 550 <no>\tHotel Sol\t(Hotel)\t--\t317 555 0101",
      "info@bar.example\tTemporary failure:bad-connection\tnull\t--\tN/A\t--",
      "Total Count\t\t\t\t\t2",
    ].join("\n"),
  );
  expect(result).toMatchObject({
    total: 2,
    rejected: 0,
    problems: [],
    skipped: 1,
  });
  expect(result.rows).toEqual([
    {
      line: 2,
      email: "GERENCIA@hotel.example",
      email_key: "gerencia@hotel.example",
      facts: ["soft"],
      bounce_reason: "Temporary failure : 5.7.1  smtp: 550 <no>",
      first_name: "Hotel Sol",
      last_name: "(Hotel)",
      phone: "317 555 0101",
    },
    {
      line: 3,
      email: "info@bar.example",
      email_key: "info@bar.example",
      facts: ["soft"],
      bounce_reason: "Temporary failure:bad-connection",
    },
  ]);
});

test.each(["Total Count", "TOTAL", "Total: 17", "Recuento total", "Total de contactos"])("%s is no row", (total) => {
  expect(read(`Email,Nombre\na@ejemplo.com,Ana\n${total},17\n`)).toMatchObject({
    total: 1,
    skipped: 1,
  });
});

test("a contact called Total is a row", () => {
  expect(read("Nombre,Email\nTotal,a@ejemplo.com\n")).toMatchObject({ total: 1, rejected: 0, skipped: 0 });
});

test("a header once more, between pasted pages", () => {
  expect(read("Email,Nombre\na@ejemplo.com,Ana\nEmail,Nombre\nb@ejemplo.com,Luz\n")).toMatchObject({
    total: 2,
    skipped: 1,
  });
});

test("rows without a usable address are problems, with line, column, value and cells", () => {
  const result = read("Correo,Nombre\n,Ana\nana@,Ana\na@ejemplo.com b@ejemplo.com,Ana\nluz@ejemplo.com,Luz\n");
  expect(result).toMatchObject({ total: 4, rejected: 3 });
  expect(codes(result)).toEqual([
    [2, "Correo", "no-address"],
    [3, "Correo", "malformed-address"],
    [4, "Correo", "several-addresses"],
  ]);
  expect(result.problems[1]).toMatchObject({ value: "ana@", raw: ["ana@", "Ana"], rejected: true });
});

test("no address column: every line is rejected, none thrown", () => {
  expect(read("Nombre,Empresa\nAna,Sol\nLuz,Mar\n")).toMatchObject({ total: 2, rejected: 2, rows: [] });
});

test("a bad date or too many cells cost that value, not the row", () => {
  const result = read("Email,Bounced Date,Reason\na@ejemplo.com,ayer,x\nb@ejemplo.com,14/02/2022 15:14,y,z,w\n");
  expect(codes(result)).toEqual([
    [2, "Bounced Date", "malformed-date"],
    [3, "#4", "extra-cells"],
  ]);
  expect(result.problems.every((problem) => !problem.rejected)).toBe(true);
  expect(result.rows).toMatchObject([
    { bounce_reason: "x", extra: { "Bounced Date": "ayer" } },
    { bounce_reason: "y", bounced_at: new Date("2022-02-14T20:14:00Z"), extra: { "#4": "z", "#5": "w" } },
  ]);
});

test("short rows are filled up", () => {
  expect(read("Email,Reason,Phone\na@ejemplo.com\n").rows).toMatchObject([{ email: "a@ejemplo.com" }]);
});

test("columns without a field are kept aside, hostile names too", () => {
  const [row] = read("Email,Ciudad,__proto__,Ciudad\na@ejemplo.com,Cali,x,Pasto\n").rows;
  expect(Object.entries(row?.extra ?? {})).toEqual([
    ["Ciudad", "Cali"],
    ["__proto__", "x"],
    ["Ciudad #4", "Pasto"],
  ]);
});

test("a list's numeric dates are read alike: one number over 12 settles the column", () => {
  const result = read("Email,Bounced On\na@ejemplo.com,02/03/2022\nb@ejemplo.com,02/14/2022\n");
  expect(result.rows[0]?.bounced_at?.toISOString()).toBe("2022-02-03T05:00:00.000Z");
});

test("a mobile stands in for a missing phone, a whole name for missing parts", () => {
  const result = read(
    "Email,Name,Phone,Mobile\na@ejemplo.com,Ana Paz Ruiz,--,3005550101\nb@ejemplo.com,Luz,6015550101,3005550102\n",
  );
  expect(result.rows).toMatchObject([
    { first_name: "Ana Paz Ruiz", phone: "3005550101" },
    { first_name: "Luz", phone: "6015550101", extra: { Mobile: "3005550102" } },
  ]);
});

test("the reason goes to the list's own place, and aside where the list has none", () => {
  const text = "Email,Reason,Date\na@ejemplo.com,Vacaciones,2022-02-14\n";
  const date = new Date("2022-02-14T05:00:00Z");
  expect(read(text, { list: "hard" }).rows[0]).toMatchObject({ bounce_reason: "Vacaciones", bounced_at: date });
  expect(read(text, { list: "auto-reply" }).rows[0]).toMatchObject({
    auto_reply_reason: "Vacaciones",
    auto_replied_at: date,
  });
  expect(read(text, { list: "opened" }).rows[0]).toMatchObject({ opened_at: date, extra: { Reason: "Vacaciones" } });
  expect(read(text, { list: "complained" }).rows[0]?.extra).toEqual({ Reason: "Vacaciones", Date: "2022-02-14" });
});

test("a mapping by hand", () => {
  const result = read("Kunde;Grund;Anschrift\nAna;voll;a@ejemplo.com\n", { mapping: { 0: "first_name", 1: "reason" } });
  expect(result.rows).toMatchObject([{ email: "a@ejemplo.com", first_name: "Ana", bounce_reason: "voll" }]);
});

test("an address that comes again is a row of its own; the staging table makes them one", () => {
  const result = read("Email,Reason,Phone\nAna@ejemplo.com,full,--\nana@EJEMPLO.com,other,3005550101\n");
  expect(result).toMatchObject({ total: 2, rejected: 0 });
  expect(result.rows.map((row) => [row.line, row.email_key, row.phone])).toEqual([
    [2, "ana@ejemplo.com", undefined],
    [3, "ana@ejemplo.com", "3005550101"],
  ]);
});

describe("combined", () => {
  const combined = (text: string) => read(text, { list: "combined" });

  test("a date is that of what the row is about", () => {
    const result = combined(
      "Email,Status,Date,Reason\na@ejemplo.com,Sent,2022-02-14 10:00,\na@ejemplo.com,Opened,2022-02-15 10:00,\nb@ejemplo.com,Hard Bounce,2022-02-14 10:01,550 no such user\n",
    );
    expect(result.rows).toMatchObject([
      { facts: ["sent"], sent_at: new Date("2022-02-14T15:00:00Z") },
      { facts: ["opened"], opened_at: new Date("2022-02-15T15:00:00Z") },
      { facts: ["hard"], bounce_reason: "550 no such user", bounced_at: new Date("2022-02-14T15:01:00Z") },
    ]);
  });

  test("the kind from a column of its own", () => {
    const result = combined(
      "Email,Status,Bounce Type\na@ejemplo.com,Bounced,Soft\nb@ejemplo.com,Bounced,\nc@ejemplo.com,Delivered,\n",
    );
    expect(result.rows.map((row) => row.facts)).toEqual([["soft"], ["delivered"]]);
    expect(codes(result)).toEqual([[3, "Status", "bounce-without-kind"]]);
  });

  test("facts from columns that only an open or a click fills", () => {
    const result = combined(
      "Email,Opens,Clicks,Sent Date\na@ejemplo.com,2,0,2022-02-14\nb@ejemplo.com,0,1,\nc@ejemplo.com,0,0,\n",
    );
    expect(result.rows.map((row) => row.facts)).toEqual([["opened", "sent"], ["clicked"]]);
    expect(codes(result)).toEqual([[4, null, "no-status"]]);
  });

  test("a status that isn't understood", () => {
    expect(codes(combined("Email,Status\na@ejemplo.com,Sent\nb@ejemplo.com,Quarantined\n"))).toEqual([
      [3, "Status", "unknown-status"],
    ]);
  });

  test("hard stands over soft in one row, and it is said", () => {
    const result = combined("Email,Status,Reason\na@ejemplo.com,Soft bounce; Hard bounce,gone\n");
    expect(result.rows).toMatchObject([{ facts: ["hard"], bounce_reason: "gone" }]);
    expect(codes(result)).toEqual([[2, "Status", "two-kinds"]]);
  });
});

test("a column of codes with words in it keeps its words, and kinds are no words", () => {
  const row = (text: string) => read(text).rows[0];
  expect(row("Email,SMTP code,Bounce subtype\na@x.example,550 5.1.1 user unknown,General\n")).toMatchObject({
    bounce_reason: "550 5.1.1 user unknown",
    bounce_told: { code: "550", status: "5.1.1" },
  });
  expect(row("Email,Reason,SMTP code\na@x.example,Deferred,452 4.2.2 out of storage\n")).toMatchObject({
    bounce_reason: "Deferred",
    bounce_told: { code: "452", status: "4.2.2" },
    extra: { "SMTP code": "452 4.2.2 out of storage" },
  });
  for (const nothing of ["Email,SMTP code\na@x.example,200\n", "Email,Bounce subtype\na@x.example,Suave\n"]) {
    expect(row(nothing)).not.toHaveProperty("bounce_told", expect.anything());
  }
});

test("what a source tells stands for the reason where it has no words", () => {
  const { rows } = read(
    "eventType,mail.timestamp,mail.destination,bounceType,bounceSubType\nBounce,2026-02-14T15:14:00Z,ana.gil@example.com,Transient,MailboxFull\n",
    { list: "combined" },
  );
  expect(rows).toMatchObject([
    { facts: ["soft", "sent"], bounce_reason: "MailboxFull", bounce_told: { label: "MailboxFull" } },
  ]);
});
