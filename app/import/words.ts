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

const emptyWords = new Set(["", "-", "--", "---", "–", "—", "null", "NULL", "(null)", "n/a", "N/A", "NA", "#N/A"]);

/** A cell's text without the space around it, or undefined for the ways in which exports write "nothing". */
export function cellValue(cell: string | undefined): string | undefined {
  const text = cell?.trim() ?? "";
  // "Null" and "Na" are people's names, so only the spellings that machines use count.
  return emptyWords.has(text) ? undefined : text;
}
