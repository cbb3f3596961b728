import type { BounceTold } from "#db/lists.ts";
import type { ImportList } from "#db/schema.ts";
import { readAddress } from "./addresses.ts";
import { type ProblemCode, rejections } from "./codes.ts";
import type { Field, Mapping } from "./columns.ts";
import { type DateReading, dayComesFirst, readTime } from "./dates.ts";
import type { Line } from "./delimited.ts";
import { type Fact, neverSent, saysNothing, statedFacts } from "./lists.ts";
import { columnName, mappingOf, type Table, type TableHead } from "./table.ts";
import { cellValue, detached, plainWords } from "./words.ts";

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
  /** To the letter; only beside the fact hard or soft. Where the source has no words for it, what it told in their place. */
  bounce_reason?: string;
  /** What the source told beside the reason: the server's reply code and enhanced status, its own word for the bounce. Never without a reason. */
  bounce_told?: BounceTold;
  /** To the letter; only beside the fact auto-reply. */
  auto_reply_reason?: string;
  sent_at?: Date;
  opened_at?: Date;
  clicked_at?: Date;
  bounced_at?: Date;
  auto_replied_at?: Date;
  /** When the mail reached the mailbox, where a source tells. */
  delivered_at?: Date;
  first_name?: string;
  last_name?: string;
  company?: string;
  phone?: string;
  /** The reader's caller knows countries; it fills this in. */
  phone_e164?: string;
  /** Whether its auto-reply is worth a call; filled in by who has the rules. */
  auto_reply_needs_call?: boolean;
  /** What its reason says; filled in by who has the rules. */
  verdict_id?: number;
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
type ContactField = (typeof contactFields)[number];
const rowTimes = ["sent_at", "opened_at", "clicked_at", "bounced_at", "auto_replied_at", "delivered_at"] as const;

type Cell = { text: string; column: number };
/** What a column's cells are read as; "other" = by a field that has a meaning only together with others. */
type Kind = "address" | "contact" | "time" | "other" | "aside";
/** A cell of a field of kind "other". */
type OtherCell = Cell & { field: Field; isUsed: boolean };
/** What the cells of a row of a combined file say together. Shared between rows: not to be changed. */
type Outcome = { facts: Fact[]; twoKinds: boolean } | { code: ProblemCode; column?: number };

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
      // Without its time: a file has few days, a million times.
      const dates = new Set<string>();
      for (const { cells } of lines) dates.add((cells[column] ?? "").trim().slice(0, 12));
      const numeric = [...dates].filter((date) => /^\d{1,2}[-/.]\d{1,2}[-/.]\d/.test(date));
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

const saysOnlyTheKind =
  /hard|soft|permanent|transient|tempora|undetermined|bounce|failed|rebot|rimbalz|duro|fuerte|suave|bland|leve|d[eé]bil|definitiv|^(?:general|generic|other|unknown|error|sent)\b/i;

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
  private readonly kinds: Kind[];
  private readonly emailColumn: number;
  private readonly isHeaderAddress: boolean;
  private readonly dates = new Map<number, DateReading>();
  private readonly names: string[];
  // By whether the day comes first.
  private readonly times = [new Map<string, Date | null>(), new Map<string, Date | null>()] as const;
  private readonly facts: Fact[];
  // By which of the other cells that count are filled, then by the words.
  private readonly outcomes = Array.from({ length: 8 }, () => new Map<string, Outcome>());
  // Of the line that is being read: fields made once serve a million lines.
  private line: Line = { line: 0, cells: [] };
  private problems: Problem[] = [];
  private extra: Map<string, string> | undefined;
  private rest: OtherCell[] = [];
  private event: (Cell & { time: Date }) | undefined;

  constructor(
    private readonly head: TableHead,
    private readonly reading: Reading,
    private readonly report: (problem: Problem) => void,
  ) {
    this.mapping = mappingOf(head, reading.mapping);
    this.emailColumn = this.mapping.indexOf("email");
    this.kinds = this.mapping.map((field, column) => (column === this.emailColumn ? "address" : kindOf(field)));
    this.facts = reading.list === "combined" ? [] : [reading.list];
    this.isHeaderAddress = head.headers?.[this.emailColumn]?.includes("@") ?? false;
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
    this.rest = [];
    this.event = undefined;
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
    // A glance at the usual row: its address column holds one.
    const hasAddress = cells[this.emailColumn]?.includes("@");
    if (hasAddress && !this.isHeaderAddress) return false;
    const { headers } = this.head;
    if (
      headers?.[0] === cells[0]?.trim() &&
      headers?.every((header, column) => header === (cells[column] ?? "").trim())
    ) {
      return true;
    }
    if (hasAddress) return false;
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

  private other(field: Field): OtherCell | undefined {
    for (const cell of this.rest) if (cell.field === field) return cell;
    return undefined;
  }

  private take(field: Field): string | undefined {
    const cell = this.other(field);
    if (cell) cell.isUsed = true;
    return cell?.text;
  }

  private readRow(): ImportRow | undefined {
    const { line, cells, flaw } = this.line;
    if (flaw) this.note(flaw);
    if (flaw === "cell-too-long") return undefined;
    const address = readAddress(this.emailColumn < 0 ? undefined : cells[this.emailColumn]);
    if ("code" in address) return this.note(address.code, this.emailColumn);

    const row = newRow(line, address.email, address.email_key);
    this.readCells(row);
    // Where a given name ends and a surname begins can't be told in Spanish, so a whole name stays whole.
    if (!row.first_name && !row.last_name) row.first_name = this.take("full_name");
    if (!row.phone) row.phone = this.take("mobile");

    let statusWord: string | undefined;
    if (this.reading.list !== "combined") row.facts = this.facts;
    else {
      const outcome = this.outcome(row);
      const column = (this.other("status") ?? this.other("bounce_kind"))?.column;
      if ("code" in outcome) return this.note(outcome.code, outcome.column ?? column);
      row.facts = outcome.facts;
      statusWord = this.other("bounce_kind")?.text ?? this.other("status")?.text;
      if (outcome.twoKinds) this.note("two-kinds", column);
      this.take("status");
      this.take("bounce_kind");
    }
    if (isBounce(row.facts)) this.readBounce(row, statusWord);
    else if (row.facts.includes("auto-reply")) row.auto_reply_reason = this.take("reason");
    if (this.event) {
      const place = eventTimeField(row.facts);
      if (place) row[place] ??= this.event.time;
      else this.keepAside(this.event);
    }
    // What this list has no use for (counts, a status beside a chosen list, a second phone) isn't thrown away.
    for (const cell of this.rest) if (!cell.isUsed) this.keepAside(cell);
    if (this.extra) row.extra = Object.fromEntries(this.extra);
    return row;
  }

  private readBounce(row: ImportRow, statusWord: string | undefined): void {
    const codes = this.other("smtp_code");
    const text = codes?.text ?? "";
    const code = /(?<![\d.])[45]\d\d(?![\d.])/.exec(text)?.[0];
    const status = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(text)?.[0];
    const hasCode = code !== undefined || status !== undefined;
    const hasWords = !/^[\d. -]*$/.test(text);
    const label = this.take("bounce_label");
    const word = label ?? statusWord;
    const told: BounceTold = {};
    if (code) told.code = code;
    if (status) told.status = status;
    if (word && !saysOnlyTheKind.test(word)) told.label = word;
    const reason = this.take("reason");
    // Words beside a code that aren't the reason are kept aside.
    if (codes) codes.isUsed = hasWords ? reason === undefined : hasCode;
    // Without a reason, what comes nearest to one: the server's words beside its code, the source's own for it, the bare code.
    row.bounce_reason = reason ?? (hasWords ? text : ((label && told.label) ?? (hasCode ? text : undefined)));
    if (row.bounce_reason !== undefined && Object.keys(told).length > 0) row.bounce_told = told;
  }

  private readCells(row: ImportRow): void {
    const { cells } = this.line;
    const { mapping, kinds } = this;
    for (let column = 0; column < cells.length; column++) {
      const kind = kinds[column];
      if (kind === "address") continue;
      const text = cellValue(cells[column]);
      if (text === undefined) continue;
      const field = mapping[column];
      if (column === mapping.length) this.note("extra-cells", column);
      if (kind === "contact") row[field as ContactField] ??= text;
      else if (kind === "time") this.readTime(row, field as TimeField, { text, column });
      else if (field && !this.other(field)) this.rest.push({ field, text, column, isUsed: false });
      else this.keepAside({ column, text });
    }
  }

  private readTime(row: ImportRow, field: TimeField, cell: Cell): void {
    const time = this.timeOf(cell.text, cell.column);
    if (!time) {
      this.note("malformed-date", cell.column);
      this.keepAside(cell);
    } else if (field === "event_at") this.event ??= { ...cell, time };
    else row[field] ??= time;
  }

  private timeOf(text: string, column: number): Date | undefined {
    const reading = this.dates.get(column);
    if (!reading) return undefined;
    const times = this.times[reading.dayFirst ? 1 : 0];
    const known = times.get(text);
    if (known !== undefined) return known ?? undefined;
    const time = readTime(text, reading);
    if (times.size > 10_000) times.clear();
    times.set(detached(text), time ?? null);
    return time;
  }

  /** A file has a handful of statuses a million times. */
  private outcome(row: ImportRow): Outcome {
    const isOpened = row.opened_at !== undefined || isPositive(this.other("opens")?.text);
    const isClicked = row.clicked_at !== undefined || isPositive(this.other("clicks")?.text);
    const isSent = row.sent_at !== undefined;
    // Columns that state a fact by being filled are too many to be remembered by.
    if (this.head.states) return this.combinedFacts(isOpened, isClicked, isSent);
    const status = this.other("status")?.text ?? "";
    const kind = this.other("bounce_kind")?.text ?? "";
    const outcomes = this.outcomes[(isOpened ? 1 : 0) + (isClicked ? 2 : 0) + (isSent ? 4 : 0)];
    const key = kind ? `${status}\0${kind}` : status;
    const known = outcomes?.get(key);
    if (known) return known;
    const outcome = this.combinedFacts(isOpened, isClicked, isSent);
    if (outcomes && outcomes.size > 10_000) outcomes.clear();
    outcomes?.set(detached(key), outcome);
    return outcome;
  }

  /** The facts of one row of a combined file: what its cells state, and columns that only an open, a click or a mailing fills. */
  private combinedFacts(isOpened: boolean, isClicked: boolean, isSent: boolean): Outcome {
    const { head, mapping } = this;
    const status = this.other("status")?.text;
    const stated = statedFacts(this.line.cells, { mapping, states: head.states, source: head.source });
    if (stated.unknown !== undefined) return { code: "unknown-status", column: stated.unknown };
    if (status && neverSent(status, head.source)) return { code: "not-sent" };
    const facts = new Set(stated.facts);
    if (facts.has("bounce")) return { code: "bounce-without-kind" };
    if (isOpened) facts.add("opened");
    if (isClicked) facts.add("clicked");
    if (isSent) facts.add("sent");
    // "Deferred" and the like say that the mail is under way: the address was mailed, and no more.
    if (facts.size === 0 && status && saysNothing(status, head.source)) facts.add("sent");
    if (facts.size === 0) return { code: "no-status" };
    const twoKinds = facts.has("hard") && facts.delete("soft");
    return { facts: [...facts].filter((fact) => fact !== "bounce"), twoKinds };
  }
}

/** With every field from the beginning: objects that grow field by field have many layouts, and code that meets many is slow. */
function newRow(line: number, email: string, email_key: string): ImportRow {
  return {
    line,
    email,
    email_key,
    facts: [],
    bounce_reason: undefined,
    bounce_told: undefined,
    auto_reply_reason: undefined,
    sent_at: undefined,
    opened_at: undefined,
    clicked_at: undefined,
    bounced_at: undefined,
    auto_replied_at: undefined,
    delivered_at: undefined,
    first_name: undefined,
    last_name: undefined,
    company: undefined,
    phone: undefined,
    phone_e164: undefined,
    auto_reply_needs_call: undefined,
    verdict_id: undefined,
    crm_record_id: undefined,
    crm_module: undefined,
    extra: undefined,
  };
}

function kindOf(field: Field | null): Kind {
  if (!field) return "aside";
  if (isContactField(field)) return "contact";
  return isTime(field) ? "time" : "other";
}

const contactNames = new Set<unknown>(contactFields);
function isContactField(field: Field): field is ContactField {
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
  if (facts.includes("delivered")) return "delivered_at";
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
