import type { FileFailure } from "../codes.ts";
import type { Line } from "../delimited.ts";

/** `cells` counts over all sheets; `cell` is Excel's own limit, in characters. */
export interface GridLimits {
  rows: number;
  columns: number;
  cells: number;
  cell: number;
}

export interface Sheet {
  name: string;
  isHidden: boolean;
  lines: Line[];
}

/** Collects sheets row by row, within limits: from the first `failure` on nothing more is kept. */
export interface Grid {
  sheets: Sheet[];
  failure: FileFailure | undefined;
  addSheet(name: string, isHidden?: boolean): Sheet;
  /** Whether so many cells are within the limit; if not, the grid has failed. */
  holds(cells: number): boolean;
  /** Puts a text at its place in a row; the empty cells before it are filled in, none after it. */
  place(cells: string[], column: number, text: string): void;
  /** Adds a row to the last sheet, unless it is blank. `line` is its number in the sheet, from 1. */
  addRow(line: number, cells: string[]): void;
}

const mostSheets = 1000;

export function openGrid(limits: GridLimits): Grid {
  let placed = 0;
  let kept = 0;
  const grid: Grid = {
    sheets: [],
    failure: undefined,
    addSheet(name, isHidden = false) {
      const sheet = { name: name.slice(0, 100), isHidden, lines: [] };
      if (grid.sheets.length < mostSheets) grid.sheets.push(sheet);
      else grid.failure ??= "too-many-rows";
      return sheet;
    },
    holds(cells) {
      if (cells > limits.cells) grid.failure ??= "too-many-rows";
      return grid.failure === undefined;
    },
    place(cells, column, text) {
      if (text === "" || grid.failure) return;
      placed += Math.max(0, column + 1 - cells.length);
      if (column >= limits.columns) grid.failure = "too-many-columns";
      if (grid.failure || !grid.holds(placed)) return;
      while (cells.length < column) cells.push("");
      cells[column] = text;
    },
    addRow(line, written) {
      const sheet = grid.sheets.at(-1);
      const cells = written.map(storable);
      while (cells.length > 0 && cells.at(-1)?.trim() === "") cells.pop();
      if (!sheet || grid.failure || cells.length === 0) return;
      kept += cells.length;
      if (cells.length > limits.columns) grid.failure = "too-many-columns";
      else if (sheet.lines.length >= limits.rows || !grid.holds(kept)) grid.failure = "too-many-rows";
      else if (cells.some((cell) => cell.length > limits.cell))
        sheet.lines.push({ line, cells, flaw: "cell-too-long" });
      else sheet.lines.push({ line, cells });
    },
  };
  return grid;
}

/** As in text files: zero can't be stored, and the byte order mark belongs to no cell. */
function storable(cell: string): string {
  return cell.includes("\0") || cell.includes("\ufeff") ? cell.replace(/[\0\ufeff]/g, "") : cell;
}
