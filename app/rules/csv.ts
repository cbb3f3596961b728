/** Without it Excel takes a UTF-8 file for the machine's own code page. */
const BYTE_ORDER_MARK = "\ufeff";

/**
 * A cell that no spreadsheet runs as a formula: `= + - @`, their full-width twins and control characters at its start get
 * an apostrophe before them, phones included (https://owasp.org/www-community/attacks/CSV_Injection). So does a formula
 * after `;`, tab or line break inside the cell, since a Spanish-language Excel splits there when it opens a file by commas.
 */
function safe(text: string): string {
  const start = /^\s*[=+\-@＝＋－＠]|^\p{Cc}/u.test(text) ? `'${text}` : text;
  return start.replaceAll(/([;\t\r\n]\s*)(?=[=@]|[+-][^\d\s])/g, "$1'");
}

/** One line of CSV by RFC 4180, with its line break. Empty and unknown are both an empty cell. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  const quoted = cells.map((cell) => {
    const text = typeof cell === "string" ? safe(cell) : String(cell ?? "");
    return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${quoted.join(",")}\r\n`;
}

/** The start of a file that is written line by line. */
export const csvStart = (header: readonly string[]) => BYTE_ORDER_MARK + csvLine(header);

/** A whole file: UTF-8 with byte order mark, CRLF, safe to open in a spreadsheet. */
export function csvFile(header: readonly string[], rows: readonly (string | number | null | undefined)[][]): string {
  return csvStart(header) + rows.map(csvLine).join("");
}

/** A file's name made of words: letters of any script, digits and hyphens, at most 120 characters. */
export function fileName(words: readonly string[], extension: string): string {
  const name = words
    .map((word) => word.normalize("NFC").replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "-"))
    .map((word) => word.replaceAll(/^-+|-+$/g, ""))
    .filter(Boolean)
    .join("_");
  return `${[...name].slice(0, 120).join("") || "rebote"}.${extension}`;
}

/** The header that names a download, readable for old and new browsers (RFC 6266). */
export function contentDisposition(name: string): string {
  const plain = name
    .normalize("NFD")
    .replaceAll(/[^\x20-\x7e]/g, "")
    .replaceAll(/["\\]/g, "");
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
