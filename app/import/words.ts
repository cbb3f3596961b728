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

const emptyWords = new Set(["-", "--", "---", "–", "—", "null", "NULL", "(null)", "n/a", "N/A", "NA", "#N/A"]);

const emptyBeginnings = new Set([...emptyWords].map((word) => word.charCodeAt(0)));

/** A cell's text without the space around it, or undefined for the ways in which exports write "nothing". */
export function cellValue(cell: string | undefined): string | undefined {
  // This is asked of every cell of a file.
  const text = cell === undefined || isTrimmed(cell) ? cell : cell.trim();
  if (!text) return undefined;
  if (text.length > 6 || !emptyBeginnings.has(text.charCodeAt(0))) return text;
  // "Null" and "Na" are people's names, so only the spellings that machines use count.
  return emptyWords.has(text) ? undefined : text;
}

/** Whether no blank can be at either end: both are letters of ASCII. False says nothing. */
function isTrimmed(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f;
}

/** V8 copies what is shorter anyway. */
const shortestCut = 13;

/** The same text in memory of its own: what is cut from another text keeps all of that alive, for as long as it is remembered itself. */
export function detached(text: string): string {
  return text.length < shortestCut ? text : Buffer.from(text, "utf16le").toString("utf16le");
}

const noWords = new Set(["0", "0.0", "false", "no", "n", "f", "falso"]);

/** Whether a cell of a column that answers yes by being filled (a date, a count, TRUE) does so. */
export function saysYes(cell: string | undefined): boolean {
  const value = cellValue(cell);
  return value !== undefined && !noWords.has(value.toLowerCase());
}
