import type { FileFailure } from "./codes.ts";
import { type Columns, findColumns, type Mapping } from "./columns.ts";
import { decode, type Encoding } from "./decode.ts";
import { type Line, readLines } from "./delimited.ts";

/** What a table's first lines say of all of it: what a mapping screen shows and its rows are read by. */
export interface TableHead extends Columns {
  /** Lines above the header. */
  titles: string[];
}

/** How many lines a head is read from; a table that has fewer is read whole. */
export const headLines = 500;

export function readHead(lines: Line[]): TableHead {
  const columns = findColumns(lines.slice(0, headLines).map((line) => line.cells));
  const titles = lines.slice(0, Math.max(0, columns.firstRow - 1)).map((line) => line.cells.join(" ").slice(0, 300));
  return { ...columns, titles };
}

/** A text taken apart but not yet understood. */
export interface Table extends TableHead {
  /** Undefined for pasted text. */
  encoding: Encoding | undefined;
  delimiter: string;
  rows: Line[];
}

/** Reads a text's bytes, or pasted text, as a table. Never throws: what can't be read is a named failure. */
export function openTable(source: Uint8Array | string): Table | { failure: FileFailure } {
  const decoded = typeof source === "string" ? { text: source, encoding: undefined } : decode(source);
  if ("failure" in decoded) return decoded;
  const read = readLines(decoded.text);
  if ("failure" in read) return read;
  const head = readHead(read.lines);
  return { ...head, encoding: decoded.encoding, delimiter: read.delimiter, rows: read.lines.slice(head.firstRow) };
}

/** The mapping in force: as recognised, except where a person chose otherwise. A field chosen for one column leaves any other. */
export function mappingOf(table: Pick<TableHead, "mapping">, chosen: Record<number, Mapping[number]> = {}): Mapping {
  const mapping = [...table.mapping];
  for (const [position, field] of Object.entries(chosen)) {
    const column = Number(position);
    if (!(column in mapping)) continue;
    if (field !== null) for (const [other, taken] of mapping.entries()) if (taken === field) mapping[other] = null;
    mapping[column] = field;
  }
  return mapping;
}

/** A column's header, and `#3` for the third column of a table without one: what problems and set-aside values name it by. */
export function columnName(table: Pick<TableHead, "headers">, column: number): string {
  const header = table.headers?.[column];
  if (!header) return `#${column + 1}`;
  return table.headers?.indexOf(header) === column ? header : `${header} #${column + 1}`;
}
