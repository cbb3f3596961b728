import type { Grid } from "./grid.ts";
import { attribute, countOf, markupReader, plainText } from "./markup.ts";

interface Table {
  /** Those with text, with their numbers from 1. */
  rows: { line: number; cells: string[] }[];
  row: string[] | undefined;
  column: number;
  cell: { text: string; attributes: string; column: number } | undefined;
  line: number;
  /** By column: the first line that it is free in again, after a cell that spans several. */
  taken: Map<number, number>;
}

const mostTables = 20;
const deepest = 200;
const mostSpanned = 500;
const breaks = /^(?:br|p|div|li|h\d)$/;

/**
 * The tables of a web page, each a sheet: what many reports call `.xls` is one. Text is as a browser shows it, a line break is a
 * space; a table inside a cell is a table of its own. Of many the longest are kept. Tags that are never closed do no harm.
 */
export function readPage(text: string, grid: Grid): void {
  let done: Table[] = [];
  const open: Table[] = [];

  const endCell = (table: Table) => {
    const { cell, row } = table;
    if (cell && row) grid.place(row, cell.column, cellText(cell.text, cell.attributes));
    table.cell = undefined;
  };
  const endRow = (table: Table) => {
    endCell(table);
    if (table.row && table.row.length > 0) table.rows.push({ line: table.line, cells: table.row });
    table.row = undefined;
  };
  const startRow = (table: Table) => {
    endRow(table);
    table.row = [];
    table.column = 0;
    table.line++;
  };
  const startCell = (table: Table, attributes: string) => {
    if (table.row) endCell(table);
    else startRow(table);
    while ((table.taken.get(table.column) ?? 0) > table.line) table.column++;
    table.cell = { text: "", attributes, column: table.column };
    const width = countOf(attributes, "colspan");
    const height = countOf(attributes, "rowspan");
    const end = table.column + width;
    for (let at = table.column; height > 1 && at < Math.min(end, mostSpanned); at++)
      table.taken.set(at, table.line + height);
    table.column = end;
  };
  const endTable = () => {
    const table = open.pop();
    if (!table) return;
    endRow(table);
    if (table.rows.length > 0) done.push(table);
    if (done.length > mostTables * 10) done = longest(done);
  };
  const startTable = () => {
    const table = { rows: [], row: undefined, column: 0, line: 0, cell: undefined, taken: new Map() };
    open.push(table);
    return table;
  };

  const reader = markupReader(
    {
      open(name, attributes) {
        const table = open.at(-1);
        if (name === "table" && open.length < deepest) startTable();
        else if (name === "tr") startRow(table ?? startTable());
        else if (name === "td" || name === "th") startCell(table ?? startTable(), attributes);
        else if (table?.cell && breaks.test(name)) table.cell.text += " ";
      },
      close(name) {
        const table = open.at(-1);
        if (!table) return;
        if (name === "table") endTable();
        else if (name === "tr") endRow(table);
        else if (name === "td" || name === "th") endCell(table);
        else if (table.cell && breaks.test(name)) table.cell.text += " ";
      },
      text(piece) {
        const cell = open.at(-1)?.cell;
        if (cell) cell.text += piece;
      },
    },
    { isHtml: true },
  );
  reader.write(text);
  reader.end();
  while (open.length > 0) endTable();

  for (const [index, { rows }] of longest(done).entries()) {
    grid.addSheet(`#${index + 1}`);
    for (const { line, cells } of rows) grid.addRow(line, cells);
  }
}

function longest(tables: Table[]): Table[] {
  return tables.sort((a, b) => b.rows.length - a.rows.length).slice(0, mostTables);
}

function cellText(text: string, attributes: string): string {
  const shown = plainText(text).replace(/\s+/g, " ").trim();
  // Excel and LibreOffice put the number beside what a narrow column makes of it: <td x:num="3001234567">3.00E+09</td>.
  if (!/^(?:\d(?:[.,]\d+)?E\+\d+|#+)$/i.test(shown)) return shown;
  const exact = attribute(attributes, "x:num") ?? attribute(attributes, "sdval");
  return exact !== undefined && /^\d+$/.test(exact) ? exact : shown;
}
