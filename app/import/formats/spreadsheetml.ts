import { booleanCell, isoCell, numberCell } from "./cells.ts";
import type { Grid, Sheet } from "./grid.ts";
import { attribute, countOf, markupReader, plainText } from "./markup.ts";

/** Names that Excel's XML has for number formats, where they matter here. */
const namedFormats: Record<string, string> = { Percent: "0.00%" };

/** The sheets of Excel's XML of 2003 ("XML Spreadsheet Reference", Microsoft, 2004). */
export function readSpreadsheetml(text: string, grid: Grid): void {
  const formats = new Map<string, string>();
  let style: string | undefined;
  let sheet: Sheet | undefined;
  let line = 0;
  let row: { cells: string[]; column: number; next: number } | undefined;
  let cell: { attributes: string; type: string; text: string } | undefined;
  /** Whose text is being read; a comment has data of its own. */
  let inside: "data" | "comment" | "visible" | undefined;
  let visible = "";

  const endRow = () => {
    if (row) grid.addRow(line, row.cells);
    row = undefined;
  };
  const endCell = () => {
    if (!cell || !row) return;
    const format = formats.get(attribute(cell.attributes, "ss:StyleID") ?? "");
    grid.place(row.cells, row.column, cellText(cell.type, plainText(cell.text), format));
    row.column += countOf(cell.attributes, "ss:MergeAcross", 0) + 1;
    cell = undefined;
  };

  const reader = markupReader({
    open(name, attributes) {
      if (inside === "comment") return;
      switch (name) {
        case "style":
          style = attribute(attributes, "ss:ID");
          break;
        case "numberformat": {
          const format = attribute(attributes, "ss:Format");
          if (style !== undefined && format !== undefined) formats.set(style, namedFormats[format] ?? format);
          break;
        }
        case "worksheet":
          sheet = grid.addSheet(attribute(attributes, "ss:Name") ?? "");
          line = 0;
          break;
        case "row":
          endRow();
          line = countOf(attributes, "ss:Index", line + 1);
          row = { cells: [], column: 0, next: line + countOf(attributes, "ss:Span", 0) };
          break;
        case "cell":
          endCell();
          if (row) row.column = countOf(attributes, "ss:Index", row.column + 1) - 1;
          cell = { attributes, type: "", text: "" };
          break;
        case "data":
          if (cell) cell.type = attribute(attributes, "ss:Type") ?? "";
          inside = "data";
          break;
        case "comment":
          inside = "comment";
          break;
        case "visible":
          inside = "visible";
          visible = "";
          break;
      }
    },
    close(name) {
      if (inside === "comment" && name !== "comment") return;
      if (name === "cell") endCell();
      else if (name === "row") {
        const next = row?.next ?? line;
        endCell();
        endRow();
        line = next;
      } else if (name === "visible" && sheet) sheet.isHidden = visible.trim() !== "SheetVisible";
      if (name === inside) inside = undefined;
    },
    text(piece) {
      if (inside === "data" && cell) cell.text += piece;
      else if (inside === "visible") visible += piece;
    },
  });
  reader.write(text);
  reader.end();
  endCell();
  endRow();
}

function cellText(type: string, text: string, format: string | undefined): string {
  switch (type) {
    case "Error":
      return "";
    case "DateTime":
      return isoCell(text) ?? text;
    case "Boolean":
      return booleanCell(text.trim() === "1");
    case "Number":
      return text.trim() === "" || Number.isNaN(Number(text)) ? text : numberCell(Number(text), format);
    default:
      return text;
  }
}
