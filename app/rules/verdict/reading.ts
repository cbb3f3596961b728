// How a reason is read: once from left to right, into words and reply codes; then phrases are looked for among the words. The first walks
// along a trie of characters, the second along an automaton that is built as texts ask for it. So the time grows with the text alone,
// whatever stands in it and however many phrases there are.
import { compileAutomaton, type Sequence } from "./automaton.ts";
import { alphabet, foldAccents, isIdeograph, letterOf, letters, otherLetter, separator, skipped } from "./letters.ts";
import { gaps, sequencesOf, type WordLists } from "./phrases.ts";

/** A three-digit reply code (RFC 5321, 4.2) or an enhanced status (RFC 3463), and the number of words before it. */
export type Code = { value: string; at: number };

/** `found`: for each phrase that ends in the text the number of its rule, and where it ends, counted in words; one after the other. */
export type Reading = { found: number[]; codes: Code[]; statuses: Code[]; words: number };

/** Before a reply code, in running text. */
const introducers =
  "smtp esmtp error errors code said says returned returns response reply status answer answered with got received by data rcpt to from server host failed failure diagnostic was reason fehler fehlercode codigo erreur";
/** After a number that is no reply code. */
const units =
  "kb mb gb kib mib k m byte bytes octets kbytes mbytes messages message recipients recipient seconds second secs sec minutes minute mins min hours hour days day emails mails connections connection lines times points users daltons characters chars attempts bits mbit percent";

const topLevels = new Set(
  "com net org edu gov mil int info biz name arpa local lan home email cloud online site shop store tech dev app xyz club live life world agency digital media group example invalid test localdomain museum jobs mobi travel asia coop aero pro tel cat".split(
    " ",
  ),
);

const noCodes: Code[] = [];
const nothing: number[] = [];

/**
 * Compiles the phrases of rules (as phrases.ts describes) into a function that reads a text; `rules[n]` are the phrases of rule n.
 * Throws for a phrase that is written wrongly.
 */
export function compileRules(rules: string[][], lists: WordLists): (text: string) => Reading {
  const { wordsOf, sequences, symbolsOf } = compileWords(rules, lists);
  const walk = compileAutomaton(sequences, symbolsOf);
  return (text) => {
    const { sorts, count, codes, statuses } = wordsOf(text);
    // The two signs of the text's beginning and end are no words.
    return { found: walk(sorts, count), codes, statuses, words: count - 2 };
  };
}

/**
 * Where words of one sort came in a text. Two words are of one sort when all phrases treat them alike; sort 0 is in none. `sorts` is used
 * again for the next text.
 */
type Words = { sorts: Int32Array; count: number; codes: Code[]; statuses: Code[] };

function compileWords(rules: string[][], lists: WordLists) {
  // Trie of characters: a row of `alphabet` cells a node, one root for words and one for those within a host name.
  const wordRoot = 1;
  const hostRoot = 2;
  let rows = new Uint16Array(alphabet * 4096);
  let nodes = 3;
  const exact = new Map<number, number[]>();
  const prefix = new Map<number, number[]>();
  const signs = new Map<string, number[]>([..."@#^$"].map((sign) => [sign, []]));
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

  function bind(word: string, symbol: number): void {
    const sign = signs.get(word);
    if (sign) {
      sign.push(symbol);
      return;
    }
    if (!/^\/?[\p{L}\p{M}\p{N}]+\*?$/u.test(word)) throw new Error(`"${word}" is no word of a phrase`);
    const plain = word.replace(/^\/|\*$/g, "");
    const first = plain.charCodeAt(0);
    const key = isIdeograph(first) ? first : nodeOf(plain, word.startsWith("/") ? hostRoot : wordRoot);
    const place = isIdeograph(first) ? ideographs : word.endsWith("*") ? prefix : exact;
    place.set(key, [...(place.get(key) ?? []), symbol]);
  }

  /** The symbol of a set of words that may stand in one place. */
  function symbolOf(words: string[]): number {
    const distinct = [...new Set(words)];
    const key = distinct.toSorted().join("|");
    const known = symbols.get(key);
    if (known !== undefined) return known;
    const symbol = symbols.size + 1;
    symbols.set(key, symbol);
    for (const word of distinct) bind(word, symbol);
    return symbol;
  }

  const introducer = symbolOf(introducers.split(" "));
  const unit = symbolOf(units.split(" "));
  const sequences: Sequence[] = rules.flatMap((phrases, rule) =>
    phrases.flatMap((phrase) =>
      sequencesOf(phrase, lists).map((places) => ({
        rule,
        symbols: places.map((place) => (typeof place === "string" ? -(gaps[place] ?? 0) : symbolOf(place))),
      })),
    ),
  );
  foldAccents();

  const sortNumbers = new Map<string, number>([["", 0]]);
  const symbolsOf: number[][] = [nothing];
  function sortOf(own: Iterable<number>): number {
    const distinct = [...new Set(own)].sort((one, other) => one - other);
    const key = distinct.join();
    let sort = sortNumbers.get(key);
    if (sort === undefined) {
      sort = symbolsOf.length;
      sortNumbers.set(key, sort);
      symbolsOf.push(distinct);
    }
    return sort;
  }
  const isOf = (sort: number, symbol: number) => symbolsOf[sort]?.includes(symbol) ?? false;

  // By node: the sort of a word that ends there, and of one that goes on from there by letters that lead nowhere.
  const whole = new Int32Array(nodes);
  const begun = new Int32Array(nodes);
  function fill(node: number, before: number[]): void {
    const own = prefix.get(node);
    const begin = own ? [...before, ...own] : before;
    begun[node] = sortOf(begin);
    whole[node] = sortOf([...begin, ...(exact.get(node) ?? nothing)]);
    for (let letter = 0; letter < alphabet; letter++) {
      const next = rows[node * alphabet + letter];
      if (next) fill(next, begin);
    }
  }
  fill(wordRoot, nothing);
  fill(hostRoot, nothing);
  const ideographSorts = new Map([...ideographs].map(([code, own]) => [code, sortOf(own)]));
  const [addressSort = 0, hostSort = 0, beginSort = 0, endSort = 0] = [...signs.values()].map(sortOf);

  /** Symbols that are a phrase by themselves. What is left of a word must not become one of those: "bla..." is no "blacklisted". */
  const alone = new Set(sequences.filter(({ symbols: own }) => own.length === 1).flatMap(({ symbols: own }) => own));

  /** The sort of a word that was cut off at that node: it may be any that begins so. */
  const cutSorts = new Map<number, number>();
  function cutSortOf(node: number): number {
    const known = cutSorts.get(node);
    if (known !== undefined) return known;
    const found = [...(symbolsOf[whole[node] ?? 0] ?? nothing)];
    const gather = (below: number): void => {
      for (const symbol of symbolsOf[whole[below] ?? 0] ?? nothing) if (!alone.has(symbol)) found.push(symbol);
      for (let letter = 0; letter < alphabet; letter++) {
        const next = rows[below * alphabet + letter];
        if (next) gather(next);
      }
    };
    gather(node);
    const sort = sortOf(found);
    cutSorts.set(node, sort);
    return sort;
  }

  // The text that is being read. One at a time: nothing in here waits.
  let text = "";
  let sorts = new Int32Array(256);
  let count = 0;
  let codes = noCodes;
  let statuses = noCodes;
  /** Where the current run of characters without a blank began, and how many words came before it. */
  let run = 0;
  let wordsBeforeRun = 0;
  let codeEnd = -1;

  function push(sort: number): void {
    if (count === sorts.length) {
      const larger = new Int32Array(sorts.length * 2);
      larger.set(sorts);
      sorts = larger;
    }
    sorts[count++] = sort;
  }

  function beginRun(at: number): void {
    run = at;
    wordsBeforeRun = count;
  }

  function forgetRun(): void {
    count = wordsBeforeRun;
    while ((codes.at(-1)?.at ?? -1) >= count) codes.pop();
    while ((statuses.at(-1)?.at ?? -1) >= count) statuses.pop();
  }

  function readHost(from: number, to: number): void {
    let node = hostRoot;
    for (let at = from; at <= to; at++) {
      const letter = at < to ? (letters[text.charCodeAt(at)] ?? 0) : separator;
      if (letter === separator) {
        const sort = whole[node] ?? 0;
        if (sort > 0) push(sort);
        node = hostRoot;
      } else if (node > 0) node = rows[node * alphabet + letter] ?? 0;
    }
    push(hostSort);
    beginRun(to);
  }

  function addCode(value: string): void {
    if (codes === noCodes) codes = [];
    codes.push({ value, at: count });
  }

  function addStatus(value: string): void {
    if (statuses === noCodes) statuses = [];
    statuses.push({ value, at: count });
  }

  /** Takes what begins with a digit when it is a number with dots in it, and answers where it ends; else `from`. */
  function readNumber(from: number): number {
    let end = from;
    let parts = 0;
    for (;;) {
      while (isDigit(text.charCodeAt(end))) end++;
      parts++;
      if (text.charCodeAt(end) !== 0x2e || !isDigit(text.charCodeAt(end + 1))) break;
      end++;
    }
    if (parts === 1) {
      const first = text.charCodeAt(from);
      if (
        end - from === 3 &&
        (first === 0x34 || first === 0x35) &&
        !isLetter(text.charCodeAt(end)) &&
        isReplyCode(from, end)
      ) {
        addCode(text.slice(from, end));
        codeEnd = end;
      }
      return from;
    }
    if (parts === 3 && isStatus(from, end)) addStatus(text.slice(from, end));
    push(0);
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
    if (isOfPhone(text, from, to)) return false;
    let back = from - 1;
    while (back > 0 && before <= 0x20) before = text.charCodeAt(--back);
    if (letters[before] === separator) return true;
    const previous = sorts[count - 1] ?? 0;
    if (previous === addressSort || previous === hostSort || isOf(previous, introducer)) return true;
    // "… 550 5.1.1 …"
    return isDigit(text.charCodeAt(to + 1)) && text.charCodeAt(to + 2) === 0x2e;
  }

  function isStatus(from: number, to: number): boolean {
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

  /** Takes the word that begins there, or the host name or web address that it turns out to belong to; answers where that ends. */
  function readWord(from: number): number {
    const length = text.length;
    let node = wordRoot;
    let last = wordRoot;
    let end = from;
    for (; end < length; end++) {
      const code = text.charCodeAt(end);
      const letter = letters[code] ?? 0;
      if (letter > skipped) {
        if (node > 0) {
          last = node;
          node = rows[node * alphabet + letter] ?? 0;
        }
      } else if (letter === separator) {
        if (!isWithinWord(from, end, code)) break;
      } else if (letter === otherLetter) {
        if (isIdeograph(code)) break;
        if (node > 0) {
          last = node;
          node = 0;
        }
      }
    }
    const follows = text.charCodeAt(end);
    if (follows === 0x3a && text.charCodeAt(end + 1) === 0x2f && text.charCodeAt(end + 2) === 0x2f) {
      const stop = runEnd(text, end + 3);
      readHost(end + 3, stop);
      return stop;
    }
    if (follows === 0x2e && isHostName(text, run, end)) {
      const stop = runEnd(text, end);
      forgetRun();
      readHost(run, stop);
      return stop;
    }
    let sort = (node > 0 ? whole[node] : begun[last]) ?? 0;
    // Cut off by the source: "Your host is not allo...". Two letters may be anything.
    if (end - from > 2 && node > 0 && isCutAt(text, end)) sort = cutSortOf(node);
    if (codeEnd > 0 && codes.at(-1)?.at === count - 1 && end - codeEnd < 16 && isOf(sort, unit)) codes.pop();
    push(sort);
    return end;
  }

  /** An apostrophe ("doesn't"), or the hyphen of "e-mail". */
  function isWithinWord(from: number, at: number, code: number): boolean {
    if (at === from) return false;
    if (code === 0x2d) {
      return at === from + 1 && (text.charCodeAt(from) | 0x20) === 0x65 && (text.charCodeAt(at + 1) | 0x20) === 0x6d;
    }
    return isApostrophe(code) && isLetter(text.charCodeAt(at + 1));
  }

  function wordsOf(given: string): Words {
    text = given;
    count = 0;
    codes = noCodes;
    statuses = noCodes;
    codeEnd = -1;
    push(beginSort);
    beginRun(0);
    const length = text.length;
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      const letter = letters[code] ?? 0;
      if (letter === separator) {
        at++;
        if (code === 0x40 && at - 1 > run && isHostChar(text.charCodeAt(at))) {
          forgetRun();
          push(addressSort);
          while (at < length && isHostChar(text.charCodeAt(at))) at++;
          beginRun(at);
        } else if (!isJoiner(code)) beginRun(at);
      } else if (letter === skipped) at++;
      else if (isIdeograph(code)) {
        push(ideographSorts.get(code) ?? 0);
        beginRun(++at);
      } else {
        const end = code < 0x3a ? readNumber(at) : at;
        at = end > at ? end : readWord(at);
      }
    }
    push(endSort);
    return { sorts, count, codes, statuses };
  }

  return { wordsOf, sequences, symbolsOf };
}

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

/** "(604) 444 00 00": whether three digits are a group of a longer number. */
function isOfPhone(text: string, from: number, to: number): boolean {
  const groups = /^(?: \d{2,4}(?![.\d]))*/.exec(text.slice(to, to + 20))?.[0].split(" ").length ?? 1;
  return groups > 2 || (groups === 2 && text.charCodeAt(from - 2) === 0x29 && isDigit(text.charCodeAt(from - 3)));
}

/** Where a run that goes on at `from` ends: at a blank, a bracket, a colon, or the @ that makes an address of it after all. */
function runEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === 0x40 || (letters[code] === separator && !isJoiner(code))) break;
    end++;
  }
  return end;
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
  while (isLetter(text.charCodeAt(labelEnd)) && labelEnd - label < 64) labelEnd++;
  // "name.sa.2.2" is no host.
  if (text.charCodeAt(labelEnd) === 0x2e && isDigit(text.charCodeAt(labelEnd + 1))) return false;
  const size = labelEnd - label;
  if (size < 2 || isDigit(text.charCodeAt(label))) return false;
  return size === 2 || topLevels.has(text.slice(label, labelEnd).toLowerCase());
}

/** Whether nothing but "..." or "…" is left. */
function isCutAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== 0x2026 && (code !== 0x2e || text.charCodeAt(at + 1) !== 0x2e)) return false;
  return /^(?:…|\.{2,})\s*$/.test(text.slice(at, at + 8));
}
