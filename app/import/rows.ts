import type { ImportList } from "#db/schema.ts";
import { readAddress } from "./addresses.ts";
import { type ProblemCode, rejections } from "./codes.ts";
import type { Field, Mapping } from "./columns.ts";
import { type DateReading, dayComesFirst, readTime } from "./dates.ts";
import type { Line } from "./delimited.ts";
import { type Fact, neverSent, type StatedFacts, saysNothing, statedFacts } from "./lists.ts";
import { columnName, mappingOf, type Table, type TableHead } from "./table.ts";
import { cellValue, plainWords } from "./words.ts";

/** What one line of a file says about one address: facts of its delivery and of its contact. Absent = the line doesn't say. */
export interface ImportRow {
  /** Line of the file, from 1. */
  line: number;
  /** As it came. */
  email: string;
  /** Lower-cased: what addresses are compared by. */
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
  /** The reader's caller knows countries; it fills this in. */
  phone_e164?: string;
  crm_record_id?: string;
  crm_module?: string;
  /** Values that have no place of their own: header → text. */
  extra?: Record<string, string>;
}

/** A line that was left out (`rejected`), or read although something in it was odd. */
export interface Problem {
  line: number;
  column: string | null;
  code: ProblemCode;
  value: string | null;
  /** The cells of that line as they came. */
  raw: string[];
  rejected: boolean;
}

export interface Reading {
  list: ImportList;
  /** Column position → field, as chosen by hand; null = keep aside. */
  mapping?: Record<number, Field | null>;
  /** For times without a zone; IANA name. */
  timeZone: string;
  /** How 03/02/2026 is read: by column, as `DayOrder` found, or for all of them. Default: the day first. */
  dayFirst?: boolean | ((column: number) => boolean);
}

const timeFields = ["sent_at", "opened_at", "clicked_at", "bounced_at", "event_at"] as const;
type TimeField = (typeof timeFields)[number];
const contactFields = ["first_name", "last_name", "company", "phone", "crm_record_id", "crm_module"] as const;
const rowTimes = ["sent_at", "opened_at", "clicked_at", "bounced_at", "auto_replied_at"] as const;

type Cell = { text: string; column: number };

const timeNames = new Set<unknown>(timeFields);
const isTime = (field: Field | null | undefined): field is TimeField => timeNames.has(field);

/**
 * Whether a column's 03/02/2026 is the third of February: one number over 12 anywhere in the column settles it. Feed it the file's
 * lines, or as many as it takes until `isSettled`.
 */
export class DayOrder {
  /** Columns with dates that are written in numbers. */
  private readonly seen = new Set<number>();
  private readonly orders = new Map<number, boolean>();

  constructor(private readonly mapping: Mapping) {}

  see(lines: Line[]): void {
    for (const [column, field] of this.mapping.entries()) {
      if (!isTime(field) || this.orders.has(column)) continue;
      const values = lines.map(({ cells }) => (cells[column] ?? "").slice(0, 100));
      const numeric = values.filter((value) => /^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d/.test(value));
      if (numeric.length > 0) this.seen.add(column);
      const order = dayComesFirst(numeric, true);
      if (order === dayComesFirst(numeric, false)) this.orders.set(column, order);
    }
  }

  /** Every column with such dates has shown its order, so that more lines wouldn't tell more. */
  get isSettled(): boolean {
    return [...this.seen].every((column) => this.orders.has(column));
  }

  /** Whether the file has dates whose order matters. */
  get isNeeded(): boolean {
    return this.seen.size > 0;
  }

  /** The order of the first column with such dates. */
  any(fallback: boolean): boolean {
    const [column = -1] = this.seen;
    return this.of(column, fallback);
  }

  /** The order found for a column; `fallback` where nothing settles it. */
  of(column: number, fallback: boolean): boolean {
    return this.orders.get(column) ?? fallback;
  }
}

const rejecting = new Set<ProblemCode>(rejections);

const totalWords =
  /^(?:grand ?total|total|totals|totales|total count|count|conteo total|recuento total|cantidad total|total de \p{L}+|total general)(?: \d+)*$/u;

/** Reads a table's lines one by one, for one list. Throws a RangeError for a time zone that Intl doesn't know, and for nothing else. */
export class RowReader {
  /** Lines that were meant to be data. */
  total = 0;
  rejected = 0;
  /** Lines that are no data and not counted: a total, the header once more. */
  skipped = 0;
  private readonly mapping: Mapping;
  private readonly emailColumn: number;
  private readonly dates = new Map<number, DateReading>();
  private readonly names: string[];
  private readonly times = new Map<string, Date | null>();
  private readonly stated = new Map<string, StatedFacts>();
  // Of the line that is being read: fields made once serve a million lines.
  private line: Line = { line: 0, cells: [] };
  private problems: Problem[] = [];
  private extra: Map<string, string> | undefined;
  private rest: Partial<Record<Field, Cell>> = {};
  private found: Partial<Record<TimeField, Cell & { time: Date }>> = {};

  constructor(
    private readonly head: TableHead,
    private readonly reading: Reading,
    private readonly report: (problem: Problem) => void,
  ) {
    this.mapping = mappingOf(head, reading.mapping);
    this.emailColumn = this.mapping.indexOf("email");
    this.names = this.mapping.map((_, column) => columnName(head, column));
    const { dayFirst = true, timeZone } = reading;
    for (const [column, field] of this.mapping.entries()) {
      if (!isTime(field)) continue;
      const order = typeof dayFirst === "boolean" ? dayFirst : dayFirst(column);
      this.dates.set(column, { timeZone, dayFirst: order });
    }
  }

  /**
   * A line as a row. Undefined where it is no data (counted in `skipped`), or where it has no usable address or, in a combined file,
   * no usable status: then it is `rejected` and reported with its reason. Anything else odd costs that value alone.
   */
  read(line: Line): ImportRow | undefined {
    if (this.isNoData(line.cells)) {
      this.skipped++;
      return undefined;
    }
    this.total++;
    this.line = line;
    this.extra = undefined;
    this.rest = {};
    this.found = {};
    const row = this.readRow();
    if (!row) this.rejected++;
    if (this.problems.length > 0) {
      // A line that is left out is so for one reason.
      const told = row ? this.problems : this.problems.filter(({ rejected }) => rejected).slice(0, 1);
      for (const problem of told) this.report(problem);
      this.problems = [];
    }
    return row;
  }

  /** Zoho's tables end in "Total Count"; pages that were pasted one under the other repeat the header. */
  private isNoData(cells: string[]): boolean {
    const { headers } = this.head;
    if (
      headers?.[0] === cells[0]?.trim() &&
      headers?.every((header, column) => header === (cells[column] ?? "").trim())
    ) {
      return true;
    }
    // A glance at the usual row: its address column holds one.
    if (cells[this.emailColumn]?.includes("@")) return false;
    const values = cells.map(cellValue).filter((value) => value !== undefined);
    const [first = ""] = values;
    if (values.length > 2 || first.length > 60 || !totalWords.test(plainWords(first))) return false;
    return !("email" in readAddress(cells[this.emailColumn]));
  }

  private nameOf(column: number): string {
    return this.names[column] ?? columnName(this.head, column);
  }

  private note(code: ProblemCode, column = -1): undefined {
    const { line, cells } = this.line;
    const name = column < 0 ? null : this.nameOf(column);
    const value = cells[column]?.slice(0, 1000) ?? null;
    this.problems.push({ line, column: name, code, value, raw: cells, rejected: rejecting.has(code) });
    return undefined;
  }

  private keepAside({ column, text }: Cell): void {
    // Not an object literal: a column may be called __proto__.
    this.extra ??= new Map();
    this.extra.set(this.nameOf(column), text);
  }

  private take(field: Field): string | undefined {
    const text = this.rest[field]?.text;
    this.rest[field] = undefined;
    return text;
  }

  private readRow(): ImportRow | undefined {
    const { line, cells, flaw } = this.line;
    if (flaw) this.note(flaw);
    if (flaw === "cell-too-long") return undefined;
    const address = readAddress(this.emailColumn < 0 ? undefined : cells[this.emailColumn]);
    if ("code" in address) return this.note(address.code, this.emailColumn);

    const row: ImportRow = { line, email: address.email, email_key: address.email_key, facts: [] };
    this.readCells(row);
    const { rest } = this;
    // Where a given name ends and a surname begins can't be told in Spanish, so a whole name stays whole.
    if (!row.first_name && !row.last_name && rest.full_name) row.first_name = this.take("full_name");
    if (!row.phone && rest.mobile) row.phone = this.take("mobile");

    if (this.reading.list !== "combined") row.facts = [this.reading.list];
    else {
      const combined = this.combinedFacts();
      if ("code" in combined) return this.note(combined.code, combined.column);
      row.facts = combined.facts;
      if (combined.twoKinds) this.note("two-kinds", combined.column);
      rest.status = undefined;
      rest.bounce_kind = undefined;
    }
    if (rest.reason) {
      if (isBounce(row.facts)) row.bounce_reason = this.take("reason");
      else if (row.facts.includes("auto-reply")) row.auto_reply_reason = this.take("reason");
    }
    const eventField = eventTimeField(row.facts);
    for (const field of timeFields) {
      const found = this.found[field];
      if (!found) continue;
      const place = field === "event_at" ? eventField : field;
      if (place) row[place] ??= found.time;
      else this.keepAside(found);
    }
    // What this list has no use for (counts, a status beside a chosen list, a second phone) isn't thrown away.
    for (const field in rest) {
      const cell = rest[field as Field];
      if (cell) this.keepAside(cell);
    }
    if (this.extra) row.extra = Object.fromEntries(this.extra);
    return row;
  }

  private readCells(row: ImportRow): void {
    const { cells } = this.line;
    const { mapping, rest } = this;
    for (let column = 0; column < cells.length; column++) {
      if (column === this.emailColumn) continue;
      const text = cellValue(cells[column]);
      if (text === undefined) continue;
      const field = mapping[column];
      if (column === mapping.length) this.note("extra-cells", column);
      if (!field) this.keepAside({ column, text });
      else if (isContactField(field)) row[field] ??= text;
      else if (isTime(field)) {
        const time = this.timeOf(text, column);
        if (time) this.found[field] ??= { time, text, column };
        else {
          this.note("malformed-date", column);
          this.keepAside({ column, text });
        }
      } else if (rest[field]) this.keepAside({ column, text });
      else rest[field] = { text, column };
    }
  }

  private timeOf(text: string, column: number): Date | undefined {
    const known = this.times.get(text);
    if (known !== undefined) return known ?? undefined;
    const reading = this.dates.get(column);
    const time = reading && readTime(text, reading);
    // Columns that disagree on the order of day and month are too rare to keep apart, and not kept.
    if (this.dates.size === 1) {
      if (this.times.size > 10_000) this.times.clear();
      this.times.set(text, time ?? null);
    }
    return time;
  }

  /** The facts of one row of a combined file: what its cells state, and columns that only an open, a click or a mailing fills. */
  private combinedFacts():
    | { facts: Fact[]; twoKinds: boolean; column: number }
    | { code: ProblemCode; column: number } {
    const { rest, found } = this;
    const column = (rest.status ?? rest.bounce_kind)?.column ?? -1;
    const stated = this.statedFacts();
    if (stated.unknown !== undefined) return { code: "unknown-status", column: stated.unknown };
    if (rest.status && neverSent(rest.status.text, this.head.source)) return { code: "not-sent", column };
    const facts = new Set(stated.facts);
    if (facts.has("bounce")) return { code: "bounce-without-kind", column };
    if (found.opened_at || isPositive(rest.opens?.text)) facts.add("opened");
    if (found.clicked_at || isPositive(rest.clicks?.text)) facts.add("clicked");
    if (found.sent_at) facts.add("sent");
    // "Deferred" and the like say that the mail is under way: the address was mailed, and no more.
    if (facts.size === 0 && rest.status && saysNothing(rest.status.text, this.head.source)) facts.add("sent");
    if (facts.size === 0) return { code: "no-status", column };
    const twoKinds = facts.has("hard") && facts.delete("soft");
    return { facts: [...facts].filter((fact) => fact !== "bounce"), twoKinds, column };
  }

  /** A file has a handful of statuses a million times. */
  private statedFacts(): StatedFacts {
    const { head, mapping } = this;
    const columns = { mapping, states: head.states, source: head.source };
    if (head.states) return statedFacts(this.line.cells, columns);
    const key = `${this.rest.status?.text ?? ""}\t${this.rest.bounce_kind?.text ?? ""}`;
    let known = this.stated.get(key);
    if (!known) {
      known = statedFacts(this.line.cells, columns);
      if (this.stated.size > 10_000) this.stated.clear();
      this.stated.set(key, known);
    }
    return known;
  }
}

const contactNames = new Set<unknown>(contactFields);
function isContactField(field: Field): field is (typeof contactFields)[number] {
  return contactNames.has(field);
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

function isPositive(count: string | undefined): boolean {
  return count !== undefined && /^\d{1,9}(?:[.,]0+)?$/.test(count) && Number.parseInt(count, 10) > 0;
}

export interface ReadRows {
  /** `rows.length + rejected`. */
  total: number;
  rows: ImportRow[];
  rejected: number;
  problems: Problem[];
  skipped: RowReader["skipped"];
}

/** A whole table's lines as rows, in the order of the file; an address may come in several. */
export function readRows(table: Table, reading: Reading): ReadRows {
  const problems: Problem[] = [];
  const order = new DayOrder(mappingOf(table, reading.mapping));
  order.see(table.rows);
  const fallback = typeof reading.dayFirst === "boolean" ? reading.dayFirst : true;
  const dayFirst = (column: number) => order.of(column, fallback);
  const reader = new RowReader(table, { ...reading, dayFirst }, (problem) => problems.push(problem));
  const rows = table.rows.map((line) => reader.read(line)).filter((row) => row !== undefined);
  const { total, rejected, skipped } = reader;
  return { total, rows, rejected, problems, skipped };
}
