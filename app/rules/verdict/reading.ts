// How a reason is read: once from left to right, into words and reply codes; then phrases are looked for among the words. Both walk
// along tries, so that the time grows with the text alone, whatever stands in it and however many phrases there are.

/** A three-digit reply code (RFC 5321, 4.2) or an enhanced status (RFC 3463) and the number of words before it. */
export type Code = { value: string; at: number };

/** A phrase that was found: the number that it was compiled with, and where it ends, counted in words. */
export type Match = { phrase: number; at: number };

export type Reading = { matches: Match[]; codes: Code[]; statuses: Code[]; words: number };

/** Words that may stand in for each other: `{box}` in a phrase is any of those under `box`. */
export type WordLists = Record<string, string>;

const otherLetter = 0;
const separator = 1;
const skipped = 2;

/** What a character is to a word: its letter's number, without case and accents. Filled by `letterOf` as phrases bring letters. */
const letters = new Uint16Array(65536);
const letterNumbers = new Map<string, number>();
const alphabet = 192;
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
function letterOf(char: string): number {
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
const isIdeograph = (code: number) => (code >= 0x3040 && code < 0xa000) || (code >= 0xac00 && code < 0xd7b0);

/** How many words a gap may skip, by the word of the engine that stands for it in the trie. */
const gaps: Record<string, { symbol: number; words: number }> = {
  "~": { symbol: 1, words: 2 },
  "..": { symbol: 2, words: 5 },
};
const firstSymbol = 3;

/** Before a reply code, in running text. */
const introducers =
  "smtp esmtp error errors code said says returned returns response reply status answer answered with got received by data rcpt to from server host failed failure diagnostic was reason fehler error fehlercode codigo erreur";
/** After a number that is none. */
const units =
  "kb mb gb kib mib k m byte bytes octets kbytes mbytes messages message recipients recipient seconds second secs sec minutes minute mins min hours hour days day emails mails connections connection lines times points users daltons characters chars attempts bits mbit percent";

const topLevels = new Set(
  "com net org edu gov mil int info biz name arpa local lan home email cloud online site shop store tech dev app xyz club live life world agency digital media group example invalid test localdomain museum jobs mobi travel asia coop aero pro tel cat".split(
    " ",
  ),
);

/**
 * Compiles phrases into a function that reads a text. A phrase is words with single blanks, without case and accents:
 * `word*` is any word that begins so, `(a|b c)` one of these, `x?` or `(…)?` may be missing, `{list}` is a word of that list,
 * `~` skips up to two words and `..` up to five, `^` is the beginning of the text, `@` is an e-mail address, `#` a host name or web address,
 * `/word` a word within a host name or web address, where no other word is looked for.
 * Throws for a phrase that is written wrongly.
 */
export function compilePhrases(phrases: string[], lists: WordLists): (text: string) => Reading {
  // Trie of characters: a row of `alphabet` cells a node. Node 1 begins a word, node 2 one within a host name.
  const wordRoot = 1;
  const hostRoot = 2;
  let rows = new Uint16Array(alphabet * 4096);
  let nodes = 3;
  const exact = new Map<number, number[]>();
  const prefix = new Map<number, number[]>();
  const ideographs = new Map<number, number[]>();
  const symbols = new Map<string, number>();

  function nodeOf(word: string, root: number): number {
    let node = root;
    for (const char of word) {
      const cell = node * alphabet + letterOf(char);
      if (!rows[cell]) {
        rows[cell] = nodes++;
        if (nodes * alphabet > rows.length) {
          const larger = new Uint16Array(rows.length * 2);
          larger.set(rows);
          rows = larger;
        }
      }
      node = rows[cell] ?? 0;
    }
    return node;
  }

  // What stands for whole pieces of a text.
  const addressWord: number[] = [];
  const hostWord: number[] = [];
  const beginning: number[] = [];
  const signs = new Map([
    ["@", addressWord],
    ["#", hostWord],
    ["^", beginning],
  ]);

  function bind(word: string, symbol: number): void {
    const sign = signs.get(word);
    if (sign) {
      sign.push(symbol);
      return;
    }
    if (!/^\/?[\p{L}\p{M}\p{N}]+\*?$/u.test(word)) throw new Error(`"${word}" is no word of a phrase`);
    const root = word.startsWith("/") ? hostRoot : wordRoot;
    const plain = word.replace(/^\/|\*$/g, "");
    const first = plain.charCodeAt(0);
    if (isIdeograph(first)) {
      ideographs.set(first, [...(ideographs.get(first) ?? []), symbol]);
      return;
    }
    const node = nodeOf(plain, root);
    const place = word.endsWith("*") ? prefix : exact;
    place.set(node, [...(place.get(node) ?? []), symbol]);
  }

  /** The symbol of a word, or of a set of words that may stand in one place. */
  function symbolOf(words: string[]): number {
    const key = words.toSorted().join("|");
    const known = symbols.get(key);
    if (known !== undefined) return known;
    const symbol = firstSymbol + symbols.size;
    symbols.set(key, symbol);
    for (const word of new Set(words)) bind(word, symbol);
    return symbol;
  }

  const introducer = symbolOf([...new Set(introducers.split(" "))]);
  const unit = symbolOf(units.split(" "));

  // Trie of phrases. Its edges are keyed by node and symbol.
  const edgeFactor = 1 << 14;
  const edges = new Map<number, number>();
  const ends: (number[] | undefined)[] = [undefined];
  for (const [index, phrase] of phrases.entries()) {
    for (const places of sequencesOf(phrase, lists)) {
      let node = 0;
      for (const place of places) {
        const symbol = Array.isArray(place) ? symbolOf(place) : (gaps[place]?.symbol ?? 0);
        const key = node * edgeFactor + symbol;
        let next = edges.get(key);
        if (next === undefined) {
          next = ends.length;
          ends.push(undefined);
          edges.set(key, next);
        }
        node = next;
      }
      const ending = ends[node];
      if (!ending) ends[node] = [index];
      else if (!ending.includes(index)) ending.push(index);
    }
  }
  if (symbols.size + firstSymbol >= edgeFactor)
    throw new Error("there are more words than the phrases' trie has room for");

  // What has lost its accent in a phrase may bear one in a text: Greek and Cyrillic; Latin letters were done before.
  for (let code = 0x370; code < 0x530; code++) {
    const plain = String.fromCharCode(code).normalize("NFD").charCodeAt(0);
    if (letters[code] === otherLetter && plain !== code) letters[code] = letters[plain] ?? otherLetter;
  }

  // By symbol: where a phrase that begins with it goes on. By node of phrases: what a gap behind it leads to.
  const begins = new Uint32Array(symbols.size + firstSymbol);
  for (let symbol = 0; symbol < begins.length; symbol++) begins[symbol] = edges.get(symbol) ?? 0;
  const gapAfter: ({ node: number; words: number } | undefined)[][] = ends.map((_, node) =>
    Object.values(gaps).flatMap(({ symbol, words }) => {
      const next = edges.get(node * edgeFactor + symbol);
      return next === undefined ? [] : [{ node: next, words }];
    }),
  );

  // By node of characters: the symbols of a word that ends there, and those of one that goes on from there by letters that lead nowhere.
  const none: number[] = [];
  const whole: number[][] = new Array(nodes).fill(none);
  const begun: number[][] = new Array(nodes).fill(none);
  function fill(node: number, before: number[]): void {
    const own = prefix.get(node);
    const begin = own ? [...before, ...own] : before;
    const end = exact.get(node);
    begun[node] = begin;
    whole[node] = end ? [...begin, ...end] : begin;
    for (let letter = 0; letter < alphabet; letter++) {
      const next = rows[node * alphabet + letter];
      if (next) fill(next, begin);
    }
  }
  fill(wordRoot, none);
  fill(hostRoot, none);

  /** All that a word may become that was cut off at that node. */
  function anyBelow(node: number): number[] {
    const found = [...(whole[node] ?? none)];
    for (let letter = 0; letter < alphabet; letter++) {
      const next = rows[node * alphabet + letter];
      if (next) found.push(...anyBelow(next));
    }
    return found;
  }

  return (text) => {
    const words: number[][] = [beginning];
    const codes: Code[] = [];
    const statuses: Code[] = [];
    const length = text.length;
    // Where the current run of characters without a blank began, and how many words came before it.
    let run = 0;
    let wordsBeforeRun = 1;
    let codeEnds = -1;
    let lastNode = 0;
    let lastEnd = -1;

    function forgetRun(): void {
      words.length = wordsBeforeRun;
      while ((codes.at(-1)?.at ?? -1) >= wordsBeforeRun) codes.pop();
      while ((statuses.at(-1)?.at ?? -1) >= wordsBeforeRun) statuses.pop();
    }

    function beginRun(at: number): void {
      run = at;
      wordsBeforeRun = words.length;
    }

    function readHostWords(from: number, to: number): void {
      let node = hostRoot;
      for (let at = from; at <= to; at++) {
        const letter = at < to ? (letters[text.charCodeAt(at)] ?? 0) : separator;
        if (letter === separator) {
          const found = whole[node] ?? none;
          if (found.length > 0) words.push(found);
          node = hostRoot;
        } else if (node > 0) node = rows[node * alphabet + letter] ?? 0;
      }
      words.push(hostWord);
    }

    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      const letter = letters[code] ?? 0;
      if (letter === separator) {
        if (code === 0x40 && at > run && isHostChar(text.charCodeAt(at + 1))) {
          forgetRun();
          words.push(addressWord);
          at++;
          while (at < length && isHostChar(text.charCodeAt(at))) at++;
          beginRun(at);
        } else {
          at++;
          if (!isJoiner(code)) beginRun(at);
        }
        continue;
      }
      if (letter === skipped) {
        at++;
        continue;
      }
      if (isIdeograph(code)) {
        words.push(ideographs.get(code) ?? none);
        at++;
        beginRun(at);
        continue;
      }
      if (code < 0x3a) {
        // A digit: a reply code, a status, an IP address or a mere number.
        const number = readNumber(text, at);
        if (number.parts > 0) {
          if (number.parts === 1 && number.end - at === 3 && (code === 0x34 || code === 0x35)) {
            if (isReplyCode(at, number.end)) {
              codes.push({ value: text.slice(at, number.end), at: words.length });
              codeEnds = number.end;
            }
          } else if (number.parts === 3 && isStatus(at, number.end, codeEnds)) {
            statuses.push({ value: text.slice(at, number.end), at: words.length });
          }
          if (number.parts > 1) {
            words.push(none);
            at = number.end;
            continue;
          }
        }
      }
      // A word: along the trie of characters for as long as it leads somewhere.
      let node = wordRoot;
      let end = at;
      let prefixes = none;
      for (; end < length; end++) {
        const charCode = text.charCodeAt(end);
        const next = letters[charCode] ?? 0;
        if (next === separator) {
          if (
            isApostrophe(charCode) &&
            end > at &&
            isLetter(text.charCodeAt(end + 1)) &&
            isLetter(text.charCodeAt(end - 1))
          )
            continue;
          // "e-mail" is "email".
          if (
            charCode === 0x2d &&
            end === at + 1 &&
            (code | 0x20) === 0x65 &&
            (text.charCodeAt(end + 1) | 0x20) === 0x6d
          )
            continue;
          break;
        }
        if (next === skipped) continue;
        if (next === otherLetter && isIdeograph(charCode)) break;
        if (node > 0) {
          prefixes = begun[node] ?? none;
          node = next === otherLetter ? 0 : (rows[node * alphabet + next] ?? 0);
        }
      }
      const follows = text.charCodeAt(end);
      if (follows === 0x3a && text.charCodeAt(end + 1) === 0x2f && text.charCodeAt(end + 2) === 0x2f) {
        const stop = runEnd(end + 3);
        readHostWords(end + 3, stop);
        at = stop;
        beginRun(at);
        continue;
      }
      if (follows === 0x2e && isHostName(text, run, end)) {
        const stop = runEnd(end);
        forgetRun();
        readHostWords(run, stop);
        at = stop;
        beginRun(at);
        continue;
      }
      const found = node > 0 ? (whole[node] ?? none) : prefixes;
      if (codes.length > 0 && codes.at(-1)?.at === words.length - 1 && found.includes(unit) && end - codeEnds < 16)
        codes.pop();
      words.push(found);
      lastNode = node;
      lastEnd = end;
      at = end;
    }

    function runEnd(from: number): number {
      let end = from;
      while (end < length) {
        const code = text.charCodeAt(end);
        // "mail.example.com@…" is an address after all, and ":" a port or an end.
        if (code === 0x40 || (letters[code] === separator && !isJoiner(code))) break;
        end++;
      }
      return end;
    }

    function isReplyCode(from: number, to: number): boolean {
      const next = text.charCodeAt(to);
      if (next === 0x2f || next === 0x25) return false;
      if (next === 0x2d && isDigit(text.charCodeAt(to + 1)) && text.charCodeAt(to + 2) !== 0x2e) return false;
      if (from === 0) return true;
      let before = text.charCodeAt(from - 1);
      if (before === 0x2d || before === 0x5f || before === 0x2f || before === 0x2b || before === 0x2e) return false;
      if (before === 0x3a) return !isDigit(text.charCodeAt(from - 2));
      let back = from - 1;
      while (back > 0 && before <= 0x20) before = text.charCodeAt(--back);
      if (letters[before] === separator) return true;
      const previous = words.at(-1);
      if (
        previous === undefined ||
        previous === beginning ||
        previous === addressWord ||
        previous === hostWord ||
        previous.includes(introducer)
      )
        return true;
      // "… 550 5.1.1 …"
      return isDigit(text.charCodeAt(to + 1)) && text.charCodeAt(to + 2) === 0x2e;
    }

    function isStatus(from: number, to: number, codeEnd: number): boolean {
      const first = text.charCodeAt(from);
      if ((first !== 0x34 && first !== 0x35) || text.charCodeAt(from + 1) !== 0x2e) return false;
      if (text.charCodeAt(from + 3) !== 0x2e || text.charCodeAt(from + 2) > 0x37 || to - from > 7) return false;
      const next = text.charCodeAt(to);
      if (next === 0x40 || isLetter(next) || (next === 0x2d && isLetter(text.charCodeAt(to + 1)))) return false;
      if (from === 0) return true;
      const before = text.charCodeAt(from - 1);
      if (before === 0x2d || before === 0x5f) return codeEnd === from - 1;
      return before !== 0x2f && before !== 0x2e && before !== 0x2b && !isLetter(before);
    }

    // Cut off by the source: its last word may be any that begins so.
    if (lastEnd > 0 && words.length > 1 && isCutAt(text, lastEnd) && lastNode > 0) {
      const letterCount = lastEnd - run;
      if (letterCount >= 3) words[words.length - 1] = [...new Set(anyBelow(lastNode))];
    }

    const matches: Match[] = [];
    const count = words.length;
    function walk(node: number, from: number): void {
      const ending = ends[node];
      if (ending) for (const phrase of ending) matches.push({ phrase, at: from });
      step(node, from);
      const skips = gapAfter[node];
      if (skips) {
        for (const skip of skips) {
          if (!skip) continue;
          const last = Math.min(count - 1, from + skip.words);
          for (let next = from; next <= last; next++) step(skip.node, next);
        }
      }
    }
    function step(node: number, from: number): void {
      const word = words[from];
      if (!word) return;
      for (const symbol of word) {
        const next = edges.get(node * edgeFactor + symbol);
        if (next !== undefined) walk(next, from + 1);
      }
    }
    for (let from = 0; from < count; from++) {
      for (const symbol of words[from] ?? none) {
        const next = begins[symbol];
        if (next) walk(next, from + 1);
      }
    }
    return { matches, codes, statuses, words: count - 1 };
  };
}

/** One place in a phrase: a gap, or the words that may stand there. */
type Place = keyof typeof gaps | string[];

/** All that a phrase stands for, as sequences of places. */
function sequencesOf(phrase: string, lists: WordLists): Place[][] {
  const tokens = phrase.match(/[()|?]|[^\s()|?]+/g) ?? [];
  let next = 0;
  function alternatives(): Place[][] {
    let all = sequence();
    while (tokens[next] === "|") {
      next++;
      all = [...all, ...sequence()];
    }
    // What is one word long shares a place, so that "(a|b|c) (d|e|f)" is one sequence and not nine.
    const isWord = (places: Place[]): places is [string[]] => places.length === 1 && Array.isArray(places[0]);
    const single = all.filter(isWord).flatMap(([place]) => place);
    const others = all.filter((places) => !isWord(places));
    return single.length > 0 ? [[single], ...others] : others;
  }
  function sequence(): Place[][] {
    let all: Place[][] = [[]];
    for (let token = tokens[next]; token !== undefined && token !== "|" && token !== ")"; token = tokens[next]) {
      next++;
      let choices: Place[][];
      if (token === "(") {
        choices = alternatives();
        if (tokens[next++] !== ")") throw new Error(`"${phrase}" lacks a bracket`);
      } else choices = [token in gaps ? [token] : placesOf(token, lists)];
      if (tokens[next] === "?") {
        next++;
        choices = [...choices, []];
      }
      all = all.flatMap((places) => choices.map((choice) => [...places, ...choice]));
      if (all.length > 500) throw new Error(`"${phrase}" stands for too many phrases`);
    }
    return all;
  }
  const all = alternatives();
  if (next < tokens.length) throw new Error(`"${phrase}" has a bracket too many`);
  // A gap at an end skips nothing that matters.
  return all
    .map((places) => places.slice(0, places.findLastIndex(Array.isArray) + 1))
    .filter(({ length }) => length > 0);
}

function placesOf(word: string, lists: WordLists): Place[] {
  const name = /^\{(.*)\}$/.exec(word)?.[1];
  if (name === undefined) return isIdeograph(word.charCodeAt(0)) ? [...word].map((char) => [char]) : [[bare(word)]];
  const list = lists[name];
  if (list === undefined) throw new Error(`there is no list "${name}"`);
  return [list.split(/\s+/).map(bare)];
}

const bare = (word: string) => word.replaceAll("'", "");

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
const isLetter = (code: number) => code > 0x2f && (letters[code] ?? separator) !== separator;
const isApostrophe = (code: number) => code === 0x27 || code === 0x2019 || code === 0x60 || code === 0xb4;
const isHostChar = (code: number) => isLetter(code) || code === 0x2d || code === 0x2e || code === 0x5f;
/** What may stand within an address or a host name and its path: - . _ + / ? # % & ! ~ * $ */
const isJoiner = (code: number) =>
  (code >= 0x23 && code <= 0x26) ||
  (code >= 0x2a && code <= 0x2f && code !== 0x2c) ||
  code === 0x21 ||
  code === 0x3f ||
  code === 0x5f ||
  code === 0x7e;

/** How many numbers with dots between them begin there, and where they end; none where letters follow ("550kb"). */
function readNumber(text: string, from: number): { parts: number; end: number } {
  let end = from;
  let parts = 0;
  for (;;) {
    while (isDigit(text.charCodeAt(end))) end++;
    parts++;
    if (text.charCodeAt(end) !== 0x2e || !isDigit(text.charCodeAt(end + 1))) break;
    end++;
  }
  return parts === 1 && isLetter(text.charCodeAt(end)) ? { parts: 0, end } : { parts, end };
}

/** Whether the run that holds a dot at `dot` is a host name: by its last label, and no "…unknown.Please". */
function isHostName(text: string, run: number, dot: number): boolean {
  const next = text.charCodeAt(dot + 1);
  if (!isLetter(next)) return false;
  const startsSentence = next >= 0x41 && next <= 0x5a && text.charCodeAt(dot + 2) >= 0x61;
  if (startsSentence && text.charCodeAt(dot - 1) >= 0x61) return false;
  let end = dot;
  let label = run;
  while (isHostChar(text.charCodeAt(end)) && end - run < 256) {
    if (text.charCodeAt(end) === 0x2e && isLetter(text.charCodeAt(end + 1))) label = end + 1;
    end++;
  }
  let labelEnd = label;
  while (isLetter(text.charCodeAt(labelEnd))) labelEnd++;
  // "name.sa.2.2" is no host.
  if (text.charCodeAt(labelEnd) === 0x2e && isDigit(text.charCodeAt(labelEnd + 1))) return false;
  const size = labelEnd - label;
  if (size < 2 || isDigit(text.charCodeAt(label))) return false;
  return size === 2 || topLevels.has(text.slice(label, labelEnd).toLowerCase());
}

function isCutAt(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x2026 || (text.charCodeAt(at) === 0x2e && /^\.{2,}\s*$/.test(text.slice(at, at + 8)));
}
