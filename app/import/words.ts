/**
 * Text reduced to what headers, file names and status words are compared by: lower case, without accents, every run of
 * anything else one space, camelCase taken apart. "Correo electrónico" → "correo electronico", "hard_bounce" → "hard bounce".
 */
export function plainWords(text: string): string {
  return text
    .slice(0, 300)
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** What headers are compared by: a header's words without the spaces. "delivery-status.code" → "deliverystatuscode". */
export function headerKey(header: string): string {
  return plainWords(header).replaceAll(" ", "");
}

const emptyWords = new Set(["", "-", "--", "---", "–", "—", "null", "NULL", "(null)", "n/a", "N/A", "NA", "#N/A"]);

/** A cell's text without the space around it, or undefined for the ways in which exports write "nothing". */
export function cellValue(cell: string | undefined): string | undefined {
  const text = cell?.trim() ?? "";
  // None of them is longer, and this is asked of every cell of a file.
  if (text.length > 6) return text;
  // "Null" and "Na" are people's names, so only the spellings that machines use count.
  return emptyWords.has(text) ? undefined : text;
}

const noWords = new Set(["0", "0.0", "false", "no", "n", "f", "falso"]);

/** Whether a cell of a column that answers yes by being filled (a date, a count, TRUE) does so. */
export function saysYes(cell: string | undefined): boolean {
  const value = cellValue(cell);
  return value !== undefined && !noWords.has(value.toLowerCase());
}
