import { sql } from "kysely";

/** What stands between the words of a search text. */
export const blank = 0x20;

/** What the letters of ASCII and Latin-1 are in a search text; 0 = the database knows. */
const folded = new Uint8Array(256);
for (let code = blank; code <= 0x7e; code++) folded[code] = String.fromCharCode(code).toLowerCase().charCodeAt(0);
for (const [plain, ...accented] of ["aáàâäãå", "eéèêë", "iíìîï", "oóòôöõ", "uúùûü", "nñ", "cç"]) {
  for (const letter of accented.flatMap((small) => [small, small.toUpperCase()])) {
    folded[letter.charCodeAt(0)] = plain?.charCodeAt(0) ?? 0;
  }
}

/**
 * Writes a text as fold() in the database has it, which takes several times as long, and answers where it ends; negative where a letter is
 * none of ASCII and the accents of Spanish, Portuguese and French.
 */
export function putFolded(bytes: Uint8Array, start: number, text: string): number {
  let at = start;
  for (let index = 0; index < text.length; index++) {
    const letter = folded[text.charCodeAt(index)];
    if (!letter) return -1;
    bytes[at++] = letter;
  }
  return at;
}

/** So many lines of a file share a filter, and so do the contacts that come with them. */
export const linesAFilter = 32;
const filterBits = 4096;
const filterBytes = filterBits / 8;
/** The filter of contacts that may have any word, in SQL. */
export const anyTrigrams = sql`decode(repeat('ff', ${sql.lit(filterBytes)}), 'hex')`;

/**
 * The bit of three letters, of which the first stands in the highest of three bytes. Fibonacci hashing: the highest 12 bits of the product, which
 * number `filterBits`.
 */
const bitOf = (letters: number) => Math.imul(letters, 0x9e3779b1) >>> 20;
/** The letters and the one after them, without the first. */
const moveOn = (letters: number, next: number) => ((letters << 8) | next) & 0xffffff;
const areThree = (letters: number) => letters > 0xffff;

/**
 * Which trigrams (three letters on end) the search texts of a few contacts have: a Bloom filter with one hash function, known as a signature
 * file (Faloutsos and Christodoulakis, "Signature files", ACM TOIS 2(4), 1984). It never misses a word that one of them has, and takes one
 * that none has for theirs about as often as its bits are set, to the power of the word's trigrams.
 */
export class TrigramFilters {
  private done: Uint8Array[] = [];
  private filter = new Uint8Array(filterBytes);
  private block = -1;

  /** How many filters are complete and wait to be taken. */
  get count(): number {
    return this.done.length;
  }

  /** Adds the search text that stands in `bytes` from `start` to `end`. */
  add(line: number, bytes: Uint8Array, start: number, end: number): void {
    this.turnTo(line);
    const { filter } = this;
    let letters = 0;
    for (let at = start; at < end; at++) {
      const letter = bytes[at] as number;
      // No word that is searched for goes beyond a blank.
      letters = letter === blank ? 0 : moveOn(letters, letter);
      if (!areThree(letters)) continue;
      const bit = bitOf(letters);
      filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }

  /** Adds a line whose search text only the database can tell: it may have any word. */
  addUnknown(line: number): void {
    this.turnTo(line);
    this.filter.fill(0xff);
  }

  /** The complete ones, as rows for COPY in binary: the number of the block of lines, the bits. */
  take(): Uint8Array {
    const taken = Buffer.concat(this.done);
    this.done = [];
    return taken;
  }

  /** Completes the last one: no more lines come. */
  end(): void {
    if (this.block >= 0) this.done.push(filterRow(this.block, this.filter));
    this.block = -1;
  }

  private turnTo(line: number): void {
    const block = Math.floor(line / linesAFilter);
    if (block === this.block) return;
    this.end();
    this.block = block;
    this.filter.fill(0);
  }
}

function filterRow(block: number, filter: Uint8Array): Uint8Array {
  const row = Buffer.allocUnsafe(2 + 4 + 4 + 4 + filterBytes);
  row.writeInt16BE(2, 0);
  row.writeInt32BE(4, 2);
  row.writeInt32BE(block, 6);
  row.writeInt32BE(filterBytes, 10);
  row.set(filter, 14);
  return row;
}

/**
 * The bits, by the numbers of PostgreSQL's get_bit(), that a filter has if one of its contacts has the word, which has no blank. None where that can't be
 * told: no three letters on end are known.
 */
export function trigramBits(word: string): number[] {
  const bits = new Set<number>();
  let letters = 0;
  for (let index = 0; index < word.length; index++) {
    // fold() changes letter by letter: one that isn't known here leaves those around it alone.
    const letter = folded[word.charCodeAt(index)];
    letters = letter ? moveOn(letters, letter) : 0;
    if (areThree(letters)) bits.add(bitOf(letters));
  }
  return [...bits];
}
