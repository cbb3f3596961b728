import Papa from "papaparse";
import { readAddress } from "./addresses.ts";
import type { FileFailure } from "./codes.ts";
import { countKnownHeaders } from "./columns.ts";

/** One record of the text; a quoted cell may hold line breaks, so a record can run over several lines. */
export interface Line {
  /** Line of the text on which the record begins, from 1. */
  line: number;
  cells: string[];
  flaw?: "unclosed-quote" | "cell-too-long";
}

export const delimiters = [",", ";", "\t", "|"] as const;

/** `cell` is Excel's own limit, in characters. `rows` is what a line's number in the database holds. */
const tableLimits = { rows: 100_000_000, columns: 500, cell: 32_767 };

/** Text that is read as one piece when it comes in parts: long enough that calls don't count, short enough for memory. */
const blockSize = 131_072;
/** Text that may be read in vain, in a block that is shorter, before its quotes are taken for letters. */
const leastPatience = 524_288;
/** No record is longer: a quote that stays open for so long was never meant as one. */
const longestRecord = 2_097_152;

/** What of the first part of a text decides how all of it is read. */
export interface Dialect {
  delimiter: string;
  /** Excel's `sep=` line with its line break, which is no record. */
  separatorLine: string;
  /** Lines end in CR alone, as on old Macs. */
  bareReturns: boolean;
}

/**
 * How the text that begins so is divided. The delimiter is the one under which it looks most like a contact table, unless Excel's `sep=`
 * line names it.
 */
export function findDialect(start: string): Dialect {
  const bareReturns = !start.includes("\n") && start.includes("\r");
  const text = storable(bareReturns ? start.replaceAll("\r", "\n") : start);
  const named = /^"?sep=([^\w\s"]|\t)"?\r?\n/i.exec(text);
  return { delimiter: named?.[1] ?? guessDelimiter(text), separatorLine: named?.[0] ?? "", bareReturns };
}

/**
 * A text's records as its parts come in, blank ones left out. Lines end in CR LF, LF, or by `bareReturns` in CR. A quote that is never closed
 * costs its own record only: that line is read as it stands and marked. Parts may be cut anywhere. Never throws; time
 * is linear in the text's length, memory that of a record.
 */
export class RecordReader {
  failure: FileFailure | undefined;
  private readonly delimiter: string;
  private pending = "";
  private line = 1;
  private records = 0;
  private separatorLine: string;

  constructor(
    private readonly dialect: Dialect,
    private readonly limits = tableLimits,
  ) {
    this.delimiter = dialect.delimiter;
    this.separatorLine = dialect.separatorLine;
  }

  /** The records that this part completes. None after a failure. */
  push(part: string): Line[] {
    this.pending += storable(this.dialect.bareReturns ? part.replaceAll("\r", "\n") : part);
    if (this.pending.length < blockSize || this.failure) return [];
    const end = lastRecordEnd(this.pending);
    if (end > 0) return this.take(this.pending.slice(0, end), this.pending.slice(end));
    if (this.pending.length < longestRecord) return [];
    const cut = this.pending.lastIndexOf("\n") + 1 || this.pending.length;
    return this.take(this.pending.slice(0, cut), this.pending.slice(cut));
  }

  /** What is left when the text has ended. */
  end(): Line[] {
    return this.failure ? [] : this.take(this.pending, "");
  }

  private take(block: string, rest: string): Line[] {
    this.pending = rest;
    let text = block;
    if (this.separatorLine) {
      text = text.slice(this.separatorLine.length);
      this.separatorLine = "";
      this.line++;
    }
    const lines: Line[] = [];
    this.line += eachRecord(text, this.delimiter, (line, cells, unclosed) => {
      if (isBlank(cells)) return true;
      if (cells.length > this.limits.columns) this.failure = "too-many-columns";
      else if (this.records >= this.limits.rows) this.failure = "too-many-rows";
      this.records++;
      const record: Line = { line: this.line + line - 1, cells };
      if (isLonger(cells, this.limits.cell)) record.flaw = "cell-too-long";
      else if (unclosed) record.flaw = "unclosed-quote";
      lines.push(record);
      return this.failure === undefined;
    });
    return this.failure ? [] : lines;
  }
}

/** A whole text's records. Blank text is the failure "empty". */
export function readLines(
  text: string,
  limits = tableLimits,
): { delimiter: string; lines: Line[] } | { failure: FileFailure } {
  if (isEmptyTable(text)) return { failure: "empty" };
  const dialect = findDialect(text);
  const reader = new RecordReader(dialect, limits);
  const lines = [...reader.push(text), ...reader.end()];
  if (reader.failure) return { failure: reader.failure };
  return lines.length > 0 ? { delimiter: dialect.delimiter, lines } : { failure: "empty" };
}

// Zero can't be stored, and the byte order mark and Ctrl-Z (old programs' end of file) belong to the file, not to a cell.
const unstorable = ["\0", "\ufeff", "\u001a"];
const storable = (text: string) =>
  unstorable.reduce((rest, letter) => (rest.includes(letter) ? rest.replaceAll(letter, "") : rest), text);

/** Nothing but blanks and delimiters. */
export const isEmptyTable = (text: string): boolean => !/[^\s,;|]/.test(storable(text));

function isBlank(cells: string[]): boolean {
  // Nearly every record's first cell begins with a letter.
  const first = cells[0]?.charCodeAt(0) ?? 0;
  if (first > 0x20 && first < 0x7f) return false;
  for (const cell of cells) if (cell !== "" && cell.trim() !== "") return false;
  return true;
}

function isLonger(cells: string[], limit: number): boolean {
  for (const cell of cells) if (cell.length > limit) return true;
  return false;
}

/** Where the last record ends that is certainly whole: behind a line break with as many opened as closed quotes before it. */
function lastRecordEnd(text: string): number {
  let end = text.lastIndexOf("\n") + 1;
  if (end === 0 || !text.includes('"')) return end;
  let isOpen = false;
  let last = -1;
  for (let at = text.indexOf('"'); at >= 0 && at < end; at = text.indexOf('"', at + 1)) {
    isOpen = !isOpen;
    last = at;
  }
  if (!isOpen) return end;
  // Back from quote to quote, until a line ends where none is open.
  for (let at = last; at >= 0; ) {
    isOpen = !isOpen;
    if (end > at) end = text.lastIndexOf("\n", at) + 1;
    const previous = at > 0 ? text.lastIndexOf('"', at - 1) : -1;
    if (!isOpen && end > previous + 1) return end;
    at = previous;
  }
  return 0;
}

const quoteMark = 0x22;
const carriageReturn = 0x0d;

/**
 * As `eachRecord`, up to the first record whose quotes aren't closed where they should be; many times as fast as Papa Parse. Answers where
 * it stopped: at the text's end, at that record, or where `take` answered false.
 */
function eachSoundRecord(text: string, delimiter: string, take: Take): { start: number; line: number; going: boolean } {
  const mark = delimiter.charCodeAt(0);
  const find = (what: string, from: number) => {
    const at = text.indexOf(what, from);
    return at < 0 ? text.length : at;
  };
  let start = 0;
  let line = 1;
  // The next ones from where we are: looked for by the engine, which compares many letters at once.
  let nextMark = find(delimiter, 0);
  let nextBreak = find("\n", 0);
  while (start < text.length) {
    const cells: string[] = [];
    let breaks = 1;
    let at = start;
    for (let isLast = false; !isLast; ) {
      let end: number;
      if (text.charCodeAt(at) === quoteMark) {
        const closing = closingQuote(text, at + 1);
        if (closing < 0) return { start, line, going: true };
        const cell = text.slice(at + 1, closing);
        cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
        for (let found = cell.indexOf("\n"); found >= 0; found = cell.indexOf("\n", found + 1)) breaks++;
        end = closing + 1;
        while (isBlankCode(text.charCodeAt(end)) && text.charCodeAt(end) !== mark) end++;
        if (nextMark < end) nextMark = find(delimiter, end);
        if (nextBreak < end) nextBreak = find("\n", end);
        if (end !== nextMark && end !== nextBreak) return { start, line, going: true };
      } else {
        end = Math.min(nextMark, nextBreak);
        const isReturn = end !== nextMark && end > at && text.charCodeAt(end - 1) === carriageReturn;
        cells.push(text.slice(at, isReturn ? end - 1 : end));
      }
      isLast = end !== nextMark || end === text.length;
      if (isLast) nextBreak = find("\n", end + 1);
      else nextMark = find(delimiter, end + 1);
      at = end + 1;
    }
    if (!take(line, cells, false)) return { start, line, going: false };
    start = at;
    line += breaks;
  }
  return { start, line, going: true };
}

/** Where the quote stands that closes the one before `from`; -1 = nowhere. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text.charCodeAt(at + 1) === quoteMark) at = text.indexOf('"', at + 2);
  return at;
}

/** What separates a closing quote from the delimiter in some files: blanks, and the return before a line feed. */
const isBlankCode = (code: number) => code === 0x20 || code === 0x09 || (code >= 0x0b && code <= carriageReturn);

type Take = (line: number, cells: string[], unclosed: boolean) => boolean;

/** Calls `take` with each record and its line, from 1, until that answers false. Answers how many lines there were. */
function eachRecord(source: string, delimiter: string, take: Take): number {
  let { start, line, going } = eachSoundRecord(source, delimiter, take);
  if (!going || start >= source.length) return line - 1;
  // Papa Parse looks through all blanks between a closing quote and the next delimiter, again for every quote: thousands of
  // each would take minutes. No real cell has hundreds of blanks in a row.
  const blanks = delimiter === "\t" ? /[^\S\n\t]{200,}/g : /[^\S\n]{200,}/g;
  const tame = source.slice(start).replace(blanks, (run) => run.slice(0, 200));
  const text = tame.endsWith("\n") ? tame : `${tame}\n`;
  start = 0;
  let quoted = true;
  // What was read in vain because a quote opened there and closed in a later record.
  let wasted = 0;
  const patience = Math.max(text.length, leastPatience);

  const takeLiterally = (unclosed: boolean) => {
    const end = text.indexOf("\n", start);
    const cells = text.slice(start, end).replace(/\r$/, "").split(delimiter).map(unquoted);
    going = take(line, cells, unclosed);
    start = end + 1;
    line++;
  };

  while (going && quoted && start < text.length) {
    let broken: "here" | "for good" | undefined;
    const offset = start;
    Papa.parse<string[]>(text.slice(offset), {
      delimiter,
      newline: "\n",
      step({ data, errors, meta }, parser) {
        const end = offset + meta.cursor;
        let breaks = 0;
        for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) breaks++;
        if (errors.length > 0 && (breaks > 1 || errors.some((error) => error.code === "MissingQuotes"))) {
          // A quote without an end would swallow the rows after it.
          wasted += end - start;
          broken = errors.some((error) => error.code === "MissingQuotes") || wasted > patience ? "for good" : "here";
          parser.abort();
          return;
        }
        const last = data.length - 1;
        if (data[last]?.endsWith("\r")) data[last] = data[last].slice(0, -1);
        going = take(line, data, false);
        start = end;
        line += breaks;
        if (!going) parser.abort();
      },
    });
    if (broken) takeLiterally(true);
    quoted = broken !== "for good";
    if (!broken) break;
  }
  while (going && start < text.length) takeLiterally(false);
  return line - 1;
}

function unquoted(cell: string): string {
  const inner = /^"(.*)"$/s.exec(cell)?.[1];
  return inner === undefined ? cell.replace(/^"/, "") : inner.replaceAll('""', '"');
}

const sampleSize = 65_536;
const sampleRecords = 100;

function guessDelimiter(text: string): string {
  const cut = text.length > sampleSize ? text.lastIndexOf("\n", sampleSize) : -1;
  const sample = text.slice(0, cut > 0 ? cut : sampleSize);
  let best = { delimiter: ",", likeness: -1 };
  for (const delimiter of delimiters) {
    const records: string[][] = [];
    eachRecord(sample, delimiter, (_, cells) => {
      if (cells.some((cell) => cell.trim() !== "")) records.push(cells);
      return records.length < sampleRecords;
    });
    const likeness = tableLikeness(records);
    if (likeness > best.likeness) best = { delimiter, likeness };
  }
  return best.delimiter;
}

/** Addresses that fill a cell say most, then headers that are known, then rows of one width, then that width. */
function tableLikeness(records: string[][]): number {
  const widths = new Map<number, number>();
  for (const cells of records) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  const [width = 0, count = 0] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  const withAddress = records.filter((cells) => cells.slice(0, 50).some((cell) => "email" in readAddress(cell))).length;
  const headers = records
    .slice(0, 20)
    .reduce((most, cells) => Math.max(most, countKnownHeaders(cells.slice(0, 50))), 0);
  const share = (part: number) => part / Math.max(1, records.length);
  return share(withAddress) * 4 + Math.min(headers, 4) + (width > 1 ? share(count) : 0) + Math.min(width, 50) / 1000;
}
