// Characters as words see them: without case and accents, and by number, so that a trie can be walked by them.

export const otherLetter = 0;
export const separator = 1;
export const skipped = 2;

/** What a character is to a word: its letter's number, without case and accents. Filled by `letterOf` as phrases bring letters. */
export const letters = new Uint16Array(65536);
const letterNumbers = new Map<string, number>();
export const alphabet = 192;
prepareLetters();

function prepareLetters(): void {
  for (let code = 0; code < 0x30; code++) letters[code] = separator;
  for (let code = 0x3a; code < 0x41; code++) letters[code] = separator;
  for (let code = 0x5b; code < 0x61; code++) letters[code] = separator;
  for (let code = 0x7b; code < 0xc0; code++) letters[code] = separator;
  for (const code of [0xd7, 0xf7, 0xfeff, 0xfffd]) letters[code] = separator;
  for (let code = 0x2000; code < 0x2070; code++) letters[code] = separator;
  for (let code = 0x3000; code < 0x3040; code++) letters[code] = separator;
  for (let code = 0xff00; code < 0xff10; code++) letters[code] = separator;
  for (let code = 0xff1a; code < 0xff21; code++) letters[code] = separator;
  for (let code = 0x300; code < 0x370; code++) letters[code] = skipped;
  for (const code of [0xad, 0x200b, 0x200c, 0x200d, 0x2060]) letters[code] = skipped;
  for (const letter of "abcdefghijklmnopqrstuvwxyz0123456789") letterOf(letter);
  // Latin letters with accents, and the few that don't come apart.
  for (let code = 0xc0; code < 0x250; code++) if (letters[code] === otherLetter) fold(code);
  for (let code = 0x1e00; code < 0x1f00; code++) fold(code);
  for (const [char, plain] of Object.entries({ ß: "s", ø: "o", ł: "l", đ: "d", ð: "d", æ: "a", œ: "o", ı: "i" })) {
    letters[char.charCodeAt(0)] = letterOf(plain);
    letters[char.toUpperCase().charCodeAt(0)] = letterOf(plain);
  }
}

function fold(code: number): void {
  const plain = String.fromCharCode(code).normalize("NFD").charAt(0).toLowerCase();
  if (plain >= "a" && plain <= "z") letters[code] = letterOf(plain);
}

/** The number of a letter of a phrase, which from now on is told from other letters in every text. */
export function letterOf(char: string): number {
  const folded = letters[char.charCodeAt(0)] ?? otherLetter;
  if (folded > skipped) return folded;
  const plain = char.normalize("NFD").charAt(0);
  const number = letterNumbers.get(plain) ?? letterNumbers.size + skipped + 1;
  if (number >= alphabet) throw new Error("the phrases have more letters than the alphabet has room for");
  letterNumbers.set(plain, number);
  for (const one of [plain, plain.toUpperCase(), char, char.toUpperCase()]) {
    if (one.length === 1) letters[one.charCodeAt(0)] = number;
  }
  return number;
}

/** Scripts without blanks between words: each character is a word. */
export const isIdeograph = (code: number) => (code >= 0x3040 && code < 0xa000) || (code >= 0xac00 && code < 0xd7b0);

/** Lets letters that a phrase has without accent bear one in a text. Greek and Cyrillic; Latin letters have theirs from the start. */
export function foldAccents(): void {
  for (let code = 0x370; code < 0x530; code++) {
    const plain = String.fromCharCode(code).normalize("NFD").charCodeAt(0);
    if (letters[code] === otherLetter && plain !== code) letters[code] = letters[plain] ?? otherLetter;
  }
}
