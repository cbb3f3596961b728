import { detached } from "../words.ts";
import { booleanCell, isDialled, isoCell, plainNumber } from "./cells.ts";
import type { Grid } from "./grid.ts";
import { attribute, countOf, markupReader, plainText } from "./markup.ts";

/**
 * The sheets of an OpenDocument spreadsheet's `content.xml`, or of a flat one, piece by piece (ODF 1.3 part 3). Repeated rows and cells are
 * written once with a number, which here counts against the grid's limits before anything is repeated.
 */
export function openDocumentReader(grid: Grid) {
  const hiddenStyles = new Set<string>();
  let style: string | undefined;
  let line = 0;
  let row: { cells: string[]; column: number; repeats: number } | undefined;
  let cell: { attributes: string; paragraphs: string[] } | undefined;
  // Notes and drawings hold paragraphs of their own, and drawings even tables.
  let aside = 0;

  const endCell = () => {
    if (!cell || !row) return;
    const { attributes, paragraphs } = cell;
    cell = undefined;
    const repeats = countOf(attributes, "table:number-columns-repeated");
    const text = cellText(attributes, plainText(paragraphs.join("\n")));
    if (text !== "") {
      for (let at = 0; at < repeats && !grid.failure; at++) grid.place(row.cells, row.column + at, text);
    }
    row.column += repeats;
  };
  const endRow = () => {
    endCell();
    if (!row) return;
    const { cells, repeats } = row;
    for (let at = 0; cells.length > 0 && at < repeats && !grid.failure; at++) grid.addRow(line + 1 + at, cells);
    line += repeats;
    row = undefined;
  };

  return markupReader({
    open(name, attributes) {
      if (name === "annotation" || name === "shapes" || name === "frame") aside++;
      if (aside > 0) return;
      switch (name) {
        case "style":
          style = attribute(attributes, "style:name");
          break;
        case "table-properties":
          if (style !== undefined && attribute(attributes, "table:display") === "false") hiddenStyles.add(style);
          break;
        case "table":
          grid.addSheet(
            attribute(attributes, "table:name") ?? "",
            hiddenStyles.has(attribute(attributes, "table:style-name") ?? ""),
          );
          line = 0;
          break;
        case "table-row":
          endRow();
          row = { cells: [], column: 0, repeats: countOf(attributes, "table:number-rows-repeated") };
          break;
        case "covered-table-cell":
          endCell();
          if (row) row.column += countOf(attributes, "table:number-columns-repeated");
          break;
        case "table-cell":
          endCell();
          cell = { attributes, paragraphs: [] };
          break;
        case "p":
          cell?.paragraphs.push("");
          break;
        case "line-break":
          addText(cell, "\n");
          break;
        case "s":
          addText(cell, " ".repeat(Math.min(1000, countOf(attributes, "text:c"))));
          break;
        case "tab":
          addText(cell, "\t");
          break;
      }
    },
    close(name) {
      if (name === "annotation" || name === "shapes" || name === "frame") aside = Math.max(0, aside - 1);
      if (aside > 0) return;
      if (name === "table-cell") endCell();
      else if (name === "table-row" || name === "table") endRow();
    },
    text(text) {
      if (aside === 0) addText(cell, text);
    },
  });
}

/** Text counts inside a paragraph alone: what stands between the tags is the file's own layout. */
function addText(cell: { paragraphs: string[] } | undefined, text: string): void {
  if (cell && cell.paragraphs.length > 0) cell.paragraphs[cell.paragraphs.length - 1] += text;
}

function cellText(attributes: string, shown: string): string {
  if (attribute(attributes, "calcext:value-type") === "error") return "";
  const value = Number(attribute(attributes, "office:value") || Number.NaN);
  switch (attribute(attributes, "office:value-type")) {
    case "date":
      return isoCell(attribute(attributes, "office:date-value") ?? "") ?? shown;
    case "time":
      return clockOf(attribute(attributes, "office:time-value") ?? "") ?? shown;
    case "boolean":
      return booleanCell(attribute(attributes, "office:boolean-value") === "true");
    case "percentage":
      return Number.isNaN(value) ? shown : `${plainNumber(value * 100)}%`;
    case "float":
    case "currency":
      return Number.isNaN(value) || isDialled(shown.trim(), value) ? shown : plainNumber(value);
    default:
      return detached(attribute(attributes, "office:string-value") ?? shown);
  }
}

/** `PT15H14M00S` → `15:14:00`. */
function clockOf(duration: string): string | undefined {
  const [, hours, minutes, seconds] = /^PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:\.\d+)?S$/.exec(duration) ?? [];
  return hours && minutes && seconds
    ? [hours, minutes, seconds].map((part) => part.padStart(2, "0")).join(":")
    : undefined;
}
