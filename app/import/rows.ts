import type { ImportList } from "#db/schema.ts";
import { readAddress } from "./addresses.ts";
import { type ProblemCode, rejections } from "./codes.ts";
import type { Field, Mapping } from "./columns.ts";
import { type DateReading, dayComesFirst, readTime } from "./dates.ts";
import type { Line } from "./delimited.ts";
import { type Fact, readStatus } from "./lists.ts";
import { columnName, mappingOf, type Table } from "./table.ts";
import { cellValue, plainWords } from "./words.ts";

/** Everything a file says about one address: facts of its delivery and of its contact. Absent = the file doesn't say. */
export interface ImportRow {
  /** Line of the file on which the address came first, from 1. */
  line: number;
  /** As it came. */
  email: string;
  /** Lower-cased: what addresses are compared by; unique in a file's rows. */
  email_key: string;
  /** At most one of hard and soft. */
  facts: Fact[];
  /** To the letter; only beside the fact hard or soft. */
  bounce_reason?: string;
  /** To the letter; only beside the fact auto-reply. */
  auto_reply_reason?: string;
  sent_at?: Date;
  opened_at?: Date;
  clicked_at?: Date;
  bounced_at?: Date;
  auto_replied_at?: Date;
  first_name?: string;
  last_name?: string;
  company?: string;
  phone?: string;
  crm_record_id?: string;
  crm_module?: string;
  /** Values that have no place of their own: header → text. */
  extra?: Record<string, string>;
  /** The cells of that line as they came. */
  raw: string[];
}

/** A line that was left out (`rejected`), or read although something in it was odd. */
export interface Problem {
  line: number;
  column: string | null;
  code: ProblemCode;
  value: string | null;
  raw: string[];
  rejected: boolean;
}

export interface ReadRows {
  /** `rows.length + duplicate + rejected`: the lines that are meant to be data. */
  total: number;
  /** One per address, in the order of the file. */
  rows: ImportRow[];
  /** Lines whose address came before; what they add is merged into that row. */
  duplicate: number;
  rejected: number;
  problems: Problem[];
  /** Lines that are no data and not counted: a total, the header once more. */
  skipped: { line: number; why: "total" | "header" }[];
}

export interface Reading {
  list: ImportList;
  /** Column position → field, as chosen by hand; null = keep aside. */
  mapping?: Record<number, Field | null>;
  /** For times without a zone; IANA name. */
  timeZone: string;
  /** How 03/02/2026 is read in a column that doesn't settle it. Default true. */
  dayFirst?: boolean;
}

/**
 * A table's lines as rows for one list. A line without a usable address, or in a combined file without a usable status, is a
 * rejecting problem; anything else odd (a date that can't be read, …) costs that value alone. Without a column mapped to
 * `email` every line is rejected. Throws a RangeError for an unknown time zone and for nothing else.
 */
export function readRows(table: Table, reading: Reading): ReadRows {
  const mapping = mappingOf(table, reading.mapping);
  const dates = dateReadings(table, mapping, reading);
  const byKey = new Map<string, ImportRow>();
  const result: ReadRows = { total: 0, rows: [], duplicate: 0, rejected: 0, problems: [], skipped: [] };

  for (const line of table.rows) {
    const why = notData(line.cells, mapping, table.headers);
    if (why) {
      result.skipped.push({ line: line.line, why });
      continue;
    }
    result.total++;
    const problems: Problem[] = [];
    const row = readRow(line, { table, mapping, list: reading.list, dates, problems });
    if (!row) {
      result.rejected++;
      result.problems.push(...problems.filter((problem) => problem.rejected).slice(0, 1));
      continue;
    }
    const first = byKey.get(row.email_key);
    if (first) {
      result.duplicate++;
      if (merge(first, row)) problems.push(problem(line, "two-kinds", null, row.email));
    } else {
      byKey.set(row.email_key, row);
      result.rows.push(row);
    }
    result.problems.push(...problems);
  }
  return result;
}

const rejecting = new Set<ProblemCode>(rejections);

function problem(line: Line, code: ProblemCode, column: string | null, value: string | null): Problem {
  return { line: line.line, column, code, value, raw: line.cells, rejected: rejecting.has(code) };
}

const timeFields = ["sent_at", "opened_at", "clicked_at", "bounced_at", "event_at"] as const;
const contactFields = ["first_name", "last_name", "company", "phone", "crm_record_id", "crm_module"] as const;
const rowTimes = ["sent_at", "opened_at", "clicked_at", "bounced_at", "auto_replied_at"] as const;

type DateReadings = Map<number, DateReading>;

function dateReadings(table: Table, mapping: Mapping, { timeZone, dayFirst = true }: Reading): DateReadings {
  const readings: DateReadings = new Map();
  for (const [column, field] of mapping.entries()) {
    if (!timeFields.some((time) => time === field)) continue;
    readings.set(column, { timeZone, dayFirst: dayComesFirst(cellsOf(table, column), dayFirst) });
  }
  return readings;
}

function* cellsOf(table: Table, column: number) {
  for (const { cells } of table.rows) yield (cells[column] ?? "").slice(0, 100);
}

const totalWords =
  /^(?:grand ?total|total|totals|totales|total count|count|conteo total|recuento total|cantidad total|total de \p{L}+|total general)(?: \d+)*$/u;

/** Zoho's tables end in "Total Count"; pages that were pasted one under the other repeat the header. */
function notData(cells: string[], mapping: Mapping, headers: string[] | undefined): "total" | "header" | undefined {
  if (headers?.every((header, column) => header === (cells[column] ?? "").trim())) return "header";
  const values = cells.map(cellValue).filter((value) => value !== undefined);
  const [first = ""] = values;
  if (values.length > 2 || first.length > 60 || !totalWords.test(plainWords(first))) return undefined;
  return "email" in readAddress(cells[mapping.indexOf("email")]) ? undefined : "total";
}

interface RowContext {
  table: Table;
  mapping: Mapping;
  list: ImportList;
  dates: DateReadings;
  problems: Problem[];
}

function readRow(line: Line, { table, mapping, list, dates, problems }: RowContext): ImportRow | undefined {
  const report = (code: ProblemCode, column = -1) => {
    const name = column < 0 ? null : columnName(table, column);
    problems.push(problem(line, code, name, line.cells[column]?.slice(0, 1000) ?? null));
  };
  if (line.flaw) report(line.flaw);
  if (line.flaw === "cell-too-long") return undefined;

  const emailColumn = mapping.indexOf("email");
  const address = readAddress(emailColumn < 0 ? undefined : line.cells[emailColumn]);
  if ("code" in address) {
    report(address.code, emailColumn);
    return undefined;
  }

  const values = new Map<Field, { text: string; column: number }>();
  // Not an object literal: a column may be called __proto__.
  const extra = new Map<string, string>();
  for (const [column, cell] of line.cells.entries()) {
    const text = cellValue(cell);
    if (text === undefined || column === emailColumn) continue;
    const field = mapping[column];
    if (field) values.set(field, { text, column });
    else extra.set(columnName(table, column), text);
    if (column === mapping.length) report("extra-cells", column);
  }
  const take = (field: Field) => {
    const value = values.get(field);
    values.delete(field);
    return value?.text;
  };

  const row: ImportRow = { line: line.line, ...address, facts: [], raw: line.cells };
  for (const field of contactFields) setText(row, field, take(field));
  // Where a given name ends and a surname begins can't be told in Spanish, so a whole name stays whole.
  if (!row.first_name && !row.last_name) setText(row, "first_name", take("full_name"));
  if (!row.phone) setText(row, "phone", take("mobile"));

  const times = new Map<(typeof timeFields)[number], Date>();
  for (const field of timeFields) {
    const value = values.get(field);
    const reading = value && dates.get(value.column);
    const time = reading && readTime(value.text, reading);
    if (value && !time) report("malformed-date", value.column);
    if (time) times.set(field, time);
  }

  if (list !== "combined") row.facts = [list];
  else {
    const found = combinedFacts(values, times);
    if ("code" in found) {
      report(found.code, found.column);
      return undefined;
    }
    row.facts = found.facts;
    if (found.twoKinds) report("two-kinds", found.column);
    values.delete("status");
    values.delete("bounce_kind");
  }

  if (isBounce(row.facts)) setText(row, "bounce_reason", take("reason"));
  else if (row.facts.includes("auto-reply")) setText(row, "auto_reply_reason", take("reason"));

  const { event_at, ...ownTimes } = Object.fromEntries(times);
  Object.assign(row, ownTimes);
  const eventField = eventTimeField(row.facts);
  if (event_at && eventField) row[eventField] ??= event_at;
  for (const field of timeFields) {
    if (times.has(field) && (field !== "event_at" || eventField)) values.delete(field);
  }

  // What this list has no use for (counts, a status beside a chosen list, a second phone) isn't thrown away.
  for (const { text, column } of values.values()) extra.set(columnName(table, column), text);
  if (extra.size > 0) row.extra = Object.fromEntries(extra);
  return row;
}

function setText<Name extends keyof ImportRow>(row: ImportRow, name: Name, text: ImportRow[Name] | undefined) {
  if (text !== undefined) row[name] = text;
}

function isBounce(facts: Fact[]): boolean {
  return facts.includes("hard") || facts.includes("soft");
}

/** Where a time goes that the file calls just "date": to the event that the row is about. */
function eventTimeField(facts: Fact[]): (typeof rowTimes)[number] | undefined {
  if (isBounce(facts)) return "bounced_at";
  if (facts.includes("auto-reply")) return "auto_replied_at";
  if (facts.includes("clicked")) return "clicked_at";
  if (facts.includes("opened")) return "opened_at";
  return facts.includes("sent") ? "sent_at" : undefined;
}

/** The facts of one row of a combined file: its status, the kind beside it, and columns that only an open, a click or a mailing fills. */
function combinedFacts(
  values: Map<Field, { text: string; column: number }>,
  times: Map<string, Date>,
): { facts: Fact[]; twoKinds: boolean; column: number } | { code: ProblemCode; column: number } {
  const status = values.get("status");
  const kind = values.get("bounce_kind");
  const column = (status ?? kind)?.column ?? -1;
  const stated = status ? readStatus(status.text) : [];
  if (status && stated.length === 0) return { code: "unknown-status", column };
  const facts = new Set(stated);
  if (kind && (facts.size === 0 || facts.has("bounce"))) {
    for (const fact of readStatus(kind.text)) if (fact === "hard" || fact === "soft") facts.add(fact);
  }
  if (facts.has("hard") || facts.has("soft")) facts.delete("bounce");
  if (facts.has("bounce")) return { code: "bounce-without-kind", column };
  if (times.has("opened_at") || isPositive(values.get("opens")?.text)) facts.add("opened");
  if (times.has("clicked_at") || isPositive(values.get("clicks")?.text)) facts.add("clicked");
  if (times.has("sent_at")) facts.add("sent");
  if (facts.size === 0) return { code: "no-status", column };
  const twoKinds = facts.has("hard") && facts.delete("soft");
  return { facts: [...facts].filter((fact) => fact !== "bounce"), twoKinds, column };
}

function isPositive(count: string | undefined): boolean {
  return count !== undefined && /^\d{1,9}(?:[.,]0+)?$/.test(count) && Number.parseInt(count, 10) > 0;
}

/**
 * Adds what a later line says about the same address: empty fields are filled, events take the earliest time. Where one line says
 * hard and another soft, hard stands, as the last word of a mailer that has given up. Answers whether that happened.
 */
function merge(first: ImportRow, later: ImportRow): boolean {
  const twoKinds =
    (first.facts.includes("hard") && later.facts.includes("soft")) ||
    (first.facts.includes("soft") && later.facts.includes("hard"));
  if (twoKinds && later.facts.includes("hard")) {
    if (later.bounce_reason) first.bounce_reason = later.bounce_reason;
    if (later.bounced_at) first.bounced_at = later.bounced_at;
  }
  const facts = new Set([...first.facts, ...later.facts]);
  if (twoKinds) facts.delete("soft");
  first.facts = [...facts];

  for (const field of [...contactFields, "bounce_reason", "auto_reply_reason"] as const) {
    if (first[field] === undefined) setText(first, field, later[field]);
  }
  for (const field of rowTimes) {
    const time = later[field];
    const known = first[field];
    if (time && (!known || (time < known && !(twoKinds && field === "bounced_at")))) first[field] = time;
  }
  if (later.extra) first.extra = { ...later.extra, ...first.extra };
  return twoKinds;
}
