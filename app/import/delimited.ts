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

/** `cell` is Excel's own limit, in characters. */
const tableLimits = { rows: 2_000_000, columns: 500, cell: 32_767 };

/**
 * Text as records, blank ones left out. The delimiter is the one under which the text looks most like a contact table, unless
 * Excel's `sep=` line names it. Lines end in CR LF, LF or CR. A quote that is never closed costs its own record only: that line is read
 * as it stands and marked. Never throws; time is linear in the text's length.
 */
export function readLines(
  source: string,
  limits = tableLimits,
): { delimiter: string; lines: Line[] } | { failure: FileFailure } {
  // Zero can't be stored, and the byte order mark and Ctrl-Z (old programs' end of file) belong to the file, not to a cell.
  let text = source.replaceAll("\0", "").replaceAll("\ufeff", "").replaceAll("\u001a", "");
  if (!text.includes("\n")) text = text.replaceAll("\r", "\n");
  if (!/[^\s,;|]/.test(text)) return { failure: "empty" };
  const named = /^"?sep=([^\w\s"]|\t)"?\r?\n/i.exec(text);
  const delimiter = named?.[1] ?? guessDelimiter(text);

  const lines: Line[] = [];
  let failure: FileFailure | undefined;
  eachRecord(text.slice(named?.[0].length ?? 0), delimiter, (line, cells, unclosed) => {
    if (cells.every((cell) => cell.trim() === "")) return true;
    if (cells.length > limits.columns) failure = "too-many-columns";
    else if (lines.length >= limits.rows) failure = "too-many-rows";
    const record: Line = { line: named ? line + 1 : line, cells };
    if (cells.some((cell) => cell.length > limits.cell)) record.flaw = "cell-too-long";
    else if (unclosed) record.flaw = "unclosed-quote";
    lines.push(record);
    return failure === undefined;
  });
  if (failure) return { failure };
  return lines.length > 0 ? { delimiter, lines } : { failure: "empty" };
}

/** Calls `take` with each record and its line until that answers false. */
function eachRecord(
  source: string,
  delimiter: string,
  take: (line: number, cells: string[], unclosed: boolean) => boolean,
) {
  // Papa Parse looks through all blanks between a closing quote and the next delimiter, again for every quote: thousands of
  // each would take minutes. No real cell has hundreds of blanks in a row.
  const blanks = delimiter === "\t" ? /[^\S\n\t]{200,}/g : /[^\S\n]{200,}/g;
  const text = `${source.replace(blanks, (run) => run.slice(0, 200))}\n`;
  let start = 0;
  let line = 1;
  let going = true;
  let quoted = true;
  // What was read in vain because a quote opened there and closed in a later record.
  let wasted = 0;

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
          broken = errors.some((error) => error.code === "MissingQuotes") || wasted > text.length ? "for good" : "here";
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
