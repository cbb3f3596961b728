/**
 * A reply's own words, read twice: `plain` as they were written, on one line, and `folded` without case and accents, with "|" for the end of a
 * sentence or paragraph. Both are of the same length, so that a place in one is the same place in the other.
 */
export type ReplyText = { plain: string; folded: string };

/** What was answered to, which mail programs put under (or beside) the answer: its addresses and dates are not the answer's. */
const quoteHeads = [
  /(?<!-)-{3,} ?(?:original (?:message|appointment)|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|message (?:d'origine|original|transfere)|forwarded message)/,
  /\b(?:begin forwarded message|your original message (?:was|is|follows)|original message(?: follows)? ?:|(?:el|su|tu) mensaje original ?:|mensagem original ?:|message original ?:)/,
  /\b(?:from|de|from\/de) ?: ?[^:]{1,150}\b(?:sent|date|enviado(?: el)?|enviada(?: em)?|fecha|data|envoye(?: le)?) ?:/,
  /_{20,}/,
];
const wroteHead = /(?:\bwrote|\bescribio|\bescreveu|\ba ecrit) ?:/g;
const wroteStart = /(?<![a-z])(?:on|el|em|le|a) (?=(?:[a-z]{2,12}[.,]{0,2} ){0,2}\d)/g;

const abbreviation =
  /(?:^|[\s(])(?:sr|sra|srta|srs|dr|dra|ing|lic|arq|prof|mr|mrs|ms|mme|mlle|m|tel|tels|cel|ext|no|nro|av|st|sto|sta|ph|p|a|[a-z]{1,2}\.[a-z])$/i;

/** The end of a sentence, or what may be one. */
const pause = /[!?;|•]|\.(?= ["(¡¿]?\p{Lu})|\.$/gu;

/** What comes later is what others have written. */
const longest = 20_000;

/** Never throws; time and space grow with the text's length. */
export function readPlainText(text: string): ReplyText {
  const own = withoutQuotedLines(text.slice(0, longest).normalize("NFC"));
  const oneLine = own.replace(/\n[\s\n]*\n/g, " | ").replace(/\s+/g, " ");
  const flat = fold(oneLine);
  const end = Math.min(flat.length, ...quoteHeads.map((head) => placeOf(head, flat)), placeOfWrote(flat));
  const plain = oneLine.slice(0, end);
  const folded = flat.slice(0, end).split("");
  for (const { index } of plain.matchAll(pause)) {
    if (plain[index] !== "." || !abbreviation.test(plain.slice(Math.max(0, index - 6), index))) folded[index] = "|";
  }
  return { plain, folded: folded.join("") };
}

const withoutQuotedLines = (text: string) =>
  text.includes(">")
    ? text
        .split("\n")
        .filter((line) => !/^ {0,3}>/.test(line))
        .join("\n")
    : text;

/** Letter by letter, so that places stay the same. */
function fold(text: string): string {
  const plainLetters = text.replace(/[^\x20-\x7e]/g, (letter) => {
    if (/[‘’´`]/.test(letter)) return "'";
    if (/[‐‑‒–—−]/.test(letter)) return "-";
    return letter.normalize("NFD").charAt(0);
  });
  const lower = plainLetters.toLowerCase();
  return lower.length === text.length ? lower : plainLetters;
}

function placeOf(head: RegExp, text: string): number {
  const at = text.search(head);
  return at < 0 ? text.length : at;
}

/** "On Mon, 4 Jan 2027, Ana wrote:" begins at its date, which comes shortly before. */
function placeOfWrote(text: string): number {
  for (const { index } of text.matchAll(wroteHead)) {
    const from = Math.max(0, index - 200);
    const start = [...text.slice(from, index).matchAll(wroteStart)].at(-1);
    if (start) return from + start.index;
  }
  return text.length;
}
