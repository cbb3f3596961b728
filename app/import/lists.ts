import type { ImportList } from "#db/schema.ts";
import type { Columns, Mapping } from "./columns.ts";
import { type SourceId, sourceFileList, sourceKind, sourceStatus } from "./sources.ts";
import { cellValue, plainWords, saysYes } from "./words.ts";

/** Which of one delivery's facts a list states; a combined file states them row by row. */
export type Fact = Exclude<ImportList, "combined">;

/** A fact, or a bounce whose kind wasn't said. */
type Stated = Fact | "bounce";

/**
 * How tabs, file names and status columns call the lists, in English and Spanish, matched as whole words of plain text. Tried in this
 * order, since "no abiertos" holds "abiertos" and a "Sent … hard bounce" is a hard bounce.
 */
const phrases: [Fact | undefined, RegExp][] = [
  [
    "hard",
    words(
      "hard ?bounced?|hard ?bounces|hard|(?:rebotes? )?(?:duros?|fuertes?)|rebotes? (?:permanentes?|definitivos?)|permanent bounces?",
    ),
  ],
  [
    "soft",
    words(
      "soft ?bounced?|soft ?bounces|soft|(?:rebotes? )?(?:suaves?|blandos?)|rebotes? (?:temporal|temporales|leves?|debil|debiles)|temporary bounces?",
    ),
  ],
  [
    "auto-reply",
    words(
      "auto ?(?:reply|replies|replied|responses?|responders?)|auto ?respuestas?|(?:respuestas?|contestacion|contestaciones) automaticas?|out of (?:the )?office|fuera de (?:la )?oficina",
    ),
  ],
  [
    "unopened",
    words("un ?opened|(?:not|never) opened|did(?: not|n t) open|no abiert[oa]s?|sin abrir|no abrieron|no leid[oa]s?"),
  ],
  // Neither sent nor delivered, opened or clicked, and nothing that has a list here.
  [
    undefined,
    words(
      "un ?sent|un ?delivered|un ?clicked|not (?:sent|delivered|clicked)|no (?:enviad|entregad|cliquead)[oa]s?|sin (?:enviar|entregar)",
    ),
  ],
  [
    "unsubscribed",
    words(
      "unsubscribe[ds]?|unsubs?|unsubscriptions?|opt ?outs?|opted out|bajas|dad[oa]s? de baja|desuscrit[oa]s?|desuscripciones|suscripci(?:on|ones) canceladas?",
    ),
  ],
  [
    "complained",
    words(
      "complain(?:ed|ts?)|spam(?: reports?| complaints?| contacts?)?|spamreport|quejas?|denuncias?|marcad[oa]s? como spam",
    ),
  ],
  ["clicked", words("clicked|clicks?|clics?|hicieron clic|cliquead[oa]s?")],
  ["opened", words("opened|opens|abiert[oa]s?|aperturas?|abrieron")],
  ["delivered", words("delivered|entregad[oa]s?")],
  ["sent", words("sent|enviad[oa]s?|recipients?|destinatari[oa]s?")],
];
const anyBounce = words("bounces?|bounced|rebotes?|rebotad[oa]s?");
/** The report in which Zoho keeps the three tabs: says nothing about which of them. */
const threeTabs = words("bounces and auto ?repl(?:y|ies)|rebotes y respuestas automaticas");

/** Words that mean a list only where a whole status cell says nothing else. */
const statusWords: Record<string, Fact> = {
  open: "opened",
  "first opening": "opened",
  "unique opened": "opened",
  delivery: "delivered",
  processed: "sent",
  request: "sent",
  baja: "unsubscribed",
  "opt out": "unsubscribed",
  abuse: "complained",
  permanent: "hard",
  permanente: "hard",
  transient: "soft",
  temporary: "soft",
  temporal: "soft",
  blocked: "soft",
};

function words(alternatives: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`, "gu");
}

/**
 * A status cell of a combined file as the facts it states ("Sent, Opened" has two), by its source's words and then by everybody's. "bounced"
 * without a kind is "bounce": hard or soft comes from the source alone. Empty = not understood, or known to say nothing (`saysNothing`).
 */
export function readStatus(text: string, source?: SourceId): Stated[] {
  return meaningOf(text, source)?.facts ?? [];
}

/** Whether a status is known and leaves a mail's outcome open: "deferred". Such a row is no mistake, and changes nothing. */
export function saysNothing(text: string, source?: SourceId): boolean {
  const meaning = meaningOf(text, source);
  return meaning !== undefined && meaning.facts.length === 0 && !meaning.isUnsent;
}

/** Whether a status says that the mail never left its sender: "dropped", for an address that bounced before. */
export function neverSent(text: string, source?: SourceId): boolean {
  return meaningOf(text, source)?.isUnsent === true;
}

interface Meaning {
  /** Empty = the word is known, and says nothing of a delivery. */
  facts: Stated[];
  isUnsent: boolean;
}

// A file has a handful of words a million times.
const meanings = new Map<string, Meaning | undefined>();

function meaningOf(text: string, source: SourceId | undefined): Meaning | undefined {
  if (text.length > 200) return undefined;
  const key = `${source ?? ""} ${text}`;
  if (meanings.has(key)) return meanings.get(key);
  if (meanings.size > 10_000) meanings.clear();
  const meaning = meaningOfWords(text, source);
  meanings.set(key, meaning);
  return meaning;
}

function meaningOfWords(text: string, source: SourceId | undefined): Meaning | undefined {
  const whole = source && sourceStatus(source, text);
  const parts = whole === undefined ? text.split(/[,;|+/]/).map((part) => statusOf(part, source)) : [whole];
  const read = parts.includes(undefined) ? [statusOf(text, undefined)] : parts;
  if (read.includes(undefined)) return undefined;
  return { facts: [...new Set(read.filter(isStated))], isUnsent: read.includes("unsent") };
}

function isStated(word: Stated | "unsent" | null | undefined): word is Stated {
  return word !== undefined && word !== null && word !== "unsent";
}

function statusOf(text: string, source: SourceId | undefined): Stated | "unsent" | null | undefined {
  const own = source && sourceStatus(source, text);
  if (own !== undefined) return own;
  const plain = plainWords(text);
  const exact = Object.hasOwn(statusWords, plain) ? statusWords[plain] : undefined;
  if (exact) return exact;
  const found = factsNamed(plain);
  return found.length === 1 ? found[0] : undefined;
}

/** The cell beside a bounce that says which kind it was; some mailers file auto-replies and complaints among their kinds. */
function readKind(text: string, source: SourceId | undefined): Stated[] {
  const own = source && sourceKind(source, text);
  if (own !== undefined) return isStated(own) ? [own] : [];
  return readStatus(text, source);
}

export interface StatedFacts {
  /** In the order of the columns; "bounce" only where no cell says the kind. */
  facts: Stated[];
  /** Position of a status column whose words aren't understood; absent where all are, or there is none. */
  unknown?: number;
}

/**
 * What the cells of one row of a combined file state together: its status, the kind of bounce beside it, and the columns that state a fact
 * by being filled. Times and counts are the caller's.
 */
export function statedFacts(
  cells: string[],
  { mapping, states, source }: Pick<Columns, "mapping" | "states" | "source">,
): StatedFacts {
  const facts = new Set<Stated>();
  const kinds = new Set<Stated>();
  let unknown: number | undefined;
  for (const [column, cell] of cells.entries()) {
    const state = states?.[column];
    if (state && saysYes(cell)) facts.add(state);
    const field = mapping[column];
    const value = field === "status" || field === "bounce_kind" ? cellValue(cell) : undefined;
    if (value === undefined) continue;
    if (field === "bounce_kind") for (const fact of readKind(value, source)) kinds.add(fact);
    else if (meaningOf(value, source)) for (const fact of readStatus(value, source)) facts.add(fact);
    else unknown ??= column;
  }
  // A kind is of a bounce: beside "opened" it is left over from an earlier mail.
  if (facts.size === 0 || facts.has("bounce")) for (const fact of kinds) facts.add(fact);
  if (kinds.size > 0 && [...kinds].some((kind) => kind !== "bounce")) facts.delete("bounce");
  if (facts.has("hard") || facts.has("soft")) facts.delete("bounce");
  return unknown === undefined ? { facts: [...facts] } : { facts: [...facts], unknown };
}

// Words that stand for other things where no header says "status": terms of a contract, stages of a sale.
const ambiguous =
  /^(?:open|closed|sent|hard|soft|request|processed|permanente?|tempora(?:l|ry)|transient|baja|blocked|enviad[oa]|abiert[oa])$/;

/** Whether a column without a known header holds statuses: few different words, all understood, and one at least that is about mail alone. */
export function statesOutcome(values: string[]): boolean {
  const written = new Set(values);
  const words = new Set(written.size > 30 ? [] : [...written].map(plainWords));
  if (words.size < 2 || words.size > 12) return false;
  return [...words].every((word) => readStatus(word).length > 0) && [...words].some((word) => !ambiguous.test(word));
}

/** Every list that a text names; "bounce" where it names bounces without their kind. */
function factsNamed(plain: string): Stated[] {
  let rest = plain.replace(threeTabs, "|");
  const bounces: Stated[] = [];
  const others: Fact[] = [];
  for (const [fact, phrase] of phrases) {
    const without = rest.replace(phrase, "|");
    if (fact && without !== rest) (["hard", "soft", "auto-reply"].includes(fact) ? bounces : others).push(fact);
    rest = without;
  }
  const hasKind = bounces.includes("hard") || bounces.includes("soft");
  if (!hasKind && rest.search(anyBounce) >= 0) bounces.push("bounce");
  // A bounce says more than "sent" or "opened" beside it, and of those the first in the table above says most.
  return bounces.length > 0 ? bounces : others.slice(0, 1);
}

export interface GuessedList {
  list: ImportList;
  /** What it was guessed from. */
  by: "status-column" | "file-name" | "title" | "columns";
}

/**
 * Which list a table is: by its source's headers where these tell, by a status column whose words are understood (several kinds = combined),
 * else by the file's name, the title lines above the header, or columns that only one list has. Undefined where none of them says, or they
 * name several. `source`, `states` and `ofSource` are what findColumns says of the table (`ofSource` is its `list`).
 */
export function guessList(file: {
  fileName?: string;
  titles?: string[];
  mapping: Mapping;
  rows: string[][];
  source?: SourceId;
  states?: Columns["states"];
  ofSource?: ImportList;
}): GuessedList | undefined {
  const has = (...names: Mapping) => names.some((field) => file.mapping.includes(field));
  const isReadable = file.states !== undefined || has("status", "bounce_kind");
  if (file.ofSource && (file.ofSource !== "combined" || isReadable)) {
    return { list: file.ofSource, by: has("status") ? "status-column" : "columns" };
  }
  const name = file.fileName?.replace(/\.\w{1,5}$/, "") ?? "";
  const named = (file.source && sourceFileList(file.source, name)) ?? listNamed(name);
  const stated = listOfStatuses(file.mapping, file.rows.slice(0, 1000), file.source);
  if (stated === "combined" || (stated && !named)) return { list: stated, by: "status-column" };
  if (named) return { list: named, by: "file-name" };
  const titled = listNamed(file.titles?.join(" ") ?? "");
  if (titled) return { list: titled, by: "title" };
  if (has("reason", "bounced_at", "bounce_kind", "bounce_label")) return undefined;
  if (has("clicked_at", "clicks") && !has("opened_at", "opens")) return { list: "clicked", by: "columns" };
  if (has("opened_at", "opens") && !has("clicked_at", "clicks")) return { list: "opened", by: "columns" };
  return undefined;
}

function listNamed(text: string): ImportList | undefined {
  const plain = plainWords(text);
  if (/\b(?:combined|combinad[oa])\b/.test(plain)) return "combined";
  const named = factsNamed(plain);
  return named.length === 1 && named[0] !== "bounce" ? named[0] : undefined;
}

function listOfStatuses(mapping: Mapping, rows: string[][], source: SourceId | undefined): ImportList | undefined {
  const columns = [mapping.indexOf("status"), mapping.indexOf("bounce_kind")];
  for (const column of columns.filter((column) => column >= 0)) {
    const values = rows.map((cells) => cellValue(cells[column])).filter((value) => value !== undefined);
    const read = mapping[column] === "status" ? readStatus : readKind;
    const facts = values.map((value) => read(value, source)).filter((found) => found.length > 0);
    const silent = values.filter((value) => saysNothing(value, source) || neverSent(value, source)).length;
    if (facts.length === 0 || facts.length + silent < values.length * 0.8) continue;
    const kinds = [...new Set(facts.flat())];
    const [only] = kinds;
    // Rows that say nothing are in no list, so that a file with some is read row by row.
    if (kinds.length > 1 || silent > 0) return "combined";
    if (mapping.includes("bounce_kind")) return only !== "bounce" ? only : "combined";
    if (only !== "bounce") return only;
  }
  return undefined;
}
