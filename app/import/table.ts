import type { FileFailure } from "./codes.ts";
import { findColumns, type Mapping } from "./columns.ts";
import { decode, type Encoding } from "./decode.ts";
import { type Line, readLines } from "./delimited.ts";

/** A file or pasted text, taken apart but not yet understood: what a mapping screen shows and `readRows` reads. */
export interface Table {
  /** Undefined for pasted text. */
  encoding: Encoding | undefined;
  delimiter: string;
  /** Lines above the header. */
  titles: string[];
  /** As written; undefined where the table has no header. */
  headers: string[] | undefined;
  /** Fields as recognised, by column position. */
  mapping: Mapping;
  rows: Line[];
}

/** Reads a file's bytes, or pasted text, as a table. Never throws: what can't be read is a named failure. */
export function openTable(source: Uint8Array | string): Table | { failure: FileFailure } {
  const decoded = typeof source === "string" ? { text: source, encoding: undefined } : decode(source);
  if ("failure" in decoded) return decoded;
  const read = readLines(decoded.text);
  if ("failure" in read) return read;
  const { headers, firstRow, mapping } = findColumns(read.lines.slice(0, 500).map((line) => line.cells));
  const titles = read.lines.slice(0, Math.max(0, firstRow - 1)).map((line) => line.cells.join(" ").slice(0, 300));
  return {
    encoding: decoded.encoding,
    delimiter: read.delimiter,
    titles,
    headers,
    mapping,
    rows: read.lines.slice(firstRow),
  };
}

/** The mapping in force: as recognised, except where a person chose otherwise. A field chosen for one column leaves any other. */
export function mappingOf(table: Pick<Table, "mapping">, chosen: Record<number, Mapping[number]> = {}): Mapping {
  const mapping = [...table.mapping];
  for (const [position, field] of Object.entries(chosen)) {
    const column = Number(position);
    if (!(column in mapping)) continue;
    const other = field === null ? -1 : mapping.indexOf(field);
    if (other >= 0) mapping[other] = null;
    mapping[column] = field;
  }
  return mapping;
}

/** A column's header, and `#3` for the third column of a table without one: what problems and set-aside values name it by. */
export function columnName(table: Pick<Table, "headers">, column: number): string {
  const header = table.headers?.[column];
  if (!header) return `#${column + 1}`;
  return table.headers?.indexOf(header) === column ? header : `${header} #${column + 1}`;
}
