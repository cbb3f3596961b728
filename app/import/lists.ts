import type { ImportList } from "#db/schema.ts";
import type { Mapping } from "./columns.ts";
import { cellValue, plainWords } from "./words.ts";

/** Which of one delivery's facts a list states; a combined file states them row by row. */
export type Fact = Exclude<ImportList, "combined">;

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
  ["unopened", words("un ?opened|(?:not|never) opened|no abiert[oa]s?|sin abrir|no abrieron|no leid[oa]s?")],
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
 * A status cell of a combined file as the facts it states ("Sent, Opened" has two). "bounced" without a kind is "bounce": hard or soft comes from the
 * source alone. Empty = not understood.
 */
export function readStatus(text: string): (Fact | "bounce")[] {
  if (text.length > 200) return [];
  const facts = new Set(text.split(/[,;|+/]/).map(statusOf));
  if (!facts.has(undefined)) return [...facts] as (Fact | "bounce")[];
  const whole = statusOf(text);
  return whole ? [whole] : [];
}

function statusOf(text: string): Fact | "bounce" | undefined {
  const plain = plainWords(text);
  const exact = Object.hasOwn(statusWords, plain) ? statusWords[plain] : undefined;
  if (exact) return exact;
  const found = factsNamed(plain);
  if (found.length === 1) return found[0];
  return undefined;
}

/** Every list that a text names; "bounce" where it names bounces without their kind. */
function factsNamed(plain: string): (Fact | "bounce")[] {
  let rest = plain.replace(threeTabs, "|");
  const bounces: (Fact | "bounce")[] = [];
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
 * Which list a table is: by a status column whose words are understood (several kinds = combined), else by the file's name, the title lines
 * above the header, or columns that only one list has. Undefined where none of them says, or they name several.
 */
export function guessList(file: {
  fileName?: string;
  titles?: string[];
  mapping: Mapping;
  rows: string[][];
}): GuessedList | undefined {
  const named = listNamed(file.fileName?.replace(/\.\w{1,5}$/, "") ?? "");
  const stated = listOfStatuses(file.mapping, file.rows.slice(0, 1000));
  if (stated === "combined" || (stated && !named)) return { list: stated, by: "status-column" };
  if (named) return { list: named, by: "file-name" };
  const titled = listNamed(file.titles?.join(" ") ?? "");
  if (titled) return { list: titled, by: "title" };
  const has = (...names: Mapping) => names.some((field) => file.mapping.includes(field));
  if (has("reason", "bounced_at", "bounce_kind")) return undefined;
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

function listOfStatuses(mapping: Mapping, rows: string[][]): ImportList | undefined {
  const columns = [mapping.indexOf("status"), mapping.indexOf("bounce_kind")];
  for (const column of columns.filter((column) => column >= 0)) {
    const values = rows.map((cells) => cellValue(cells[column])).filter((value) => value !== undefined);
    const facts = values.map(readStatus).filter((found) => found.length > 0);
    if (facts.length === 0 || facts.length < values.length * 0.8) continue;
    const kinds = [...new Set(facts.flat())];
    const [only] = kinds;
    if (kinds.length > 1 || mapping.includes("bounce_kind"))
      return kinds.length === 1 && only !== "bounce" ? only : "combined";
    if (only !== "bounce") return only;
  }
  return undefined;
}
