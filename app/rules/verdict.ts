import type { BounceTold } from "#db/lists.ts";
import { acknowledgements } from "./verdict/acknowledgements.ts";
import { addressWordings } from "./verdict/address-wordings.ts";
import { autoReplies } from "./verdict/auto-replies.ts";
import { type Category, categories, type Problem, type VerdictKind } from "./verdict/categories.ts";
import { circumstances } from "./verdict/circumstances.ts";
import { hints } from "./verdict/hints.ts";
import { messageWordings } from "./verdict/message-wordings.ts";
import { type Code, compileRules } from "./verdict/reading.ts";
import { recipientWordings } from "./verdict/recipient-wordings.ts";
import { senderWordings } from "./verdict/sender-wordings.ts";
import { shortReasons, withoutPrefix } from "./verdict/short-reasons.ts";
import { codeMeanings, meaningOfStatus } from "./verdict/statuses.ts";
import { type Circumstance, type Wording, wordLists } from "./verdict/wording.ts";

/** Goes up whenever a rule changes, so that stored verdicts can be told to be of older rules. */
export const rulesVersion = 2;

export type Verdict = {
  kind: VerdictKind;
  category: Category;
  problem: Problem;
  /** high: exact words; medium: a code, or words that are less exact; low: a guess, or signs that contradict each other. */
  confidence: "high" | "medium" | "low";
  /** The stable name of what decided: a wording's rule, "short-reason", "status-5.1.1", "code-421", "nothing-read", "empty", "person", "somebody-speaks". */
  rule: string;
};

const wordings: Wording[] = [
  ...shortReasons,
  ...addressWordings,
  ...recipientWordings,
  ...senderWordings,
  ...messageWordings,
  ...autoReplies,
  ...acknowledgements,
];
/** Compiled when the first reason comes, so that who only imports this doesn't wait for it. */
let read: ReturnType<typeof compileRules> | undefined;
let readHints: ReturnType<typeof compileRules> | undefined;

type Evidence = { category: Category; kind?: VerdictKind; weight: number; at: number; rule: string };

/** From here on words beat every status. */
const sure = 7;

/**
 * Our own reading of why a mail didn't arrive: what `reason` says (in Spanish, English and what servers of other countries write; whole or
 * cut off with "..."), and what the source told beside it. Words beat codes; of several verdicts the last one counts; what looks like a code within an
 * address, a size or a version is none. Never throws; the time grows with the text's length.
 *
 * Sources: RFC 3463, RFC 5248 and their registry, RFC 5321, RFC 3834, RFC 7372, RFC 7505, and the pages that each wording names.
 */
export function verdictOf(reason: string, told?: BounceTold | null): Verdict {
  read ??= compileRules(
    [...wordings, ...circumstances].map(({ phrases }) => phrases),
    wordLists,
  );
  const { found, codes, statuses, words } = read(withoutPrefix(reason));
  const around = new Set<Circumstance>();
  let best: Evidence | undefined;
  let answer: Evidence | undefined;
  for (let index = 0; index < found.length; index += 2) {
    const rule = found[index] ?? 0;
    const at = found[index + 1] ?? 0;
    const wording = wordings[rule];
    if (!wording) around.add(circumstances[rule - wordings.length]?.circumstance ?? "report");
    else if (wording.codes && !stands(wording.codes, codes, statuses)) continue;
    else if (categories[wording.category].kind === "auto-reply") answer = heavier(answer, wording, at);
    else best = heavier(best, wording, at);
  }

  const hasCode = codes.length > 0 || statuses.length > 0 || told?.code !== undefined || told?.status !== undefined;
  const isReport = hasCode || around.has("report");
  if (answer && isAnswer(answer, best, { isReport, hasCode })) {
    if (around.has("person") && answer.weight < 9) return finish(undefined, "low", "person");
    return finish(answer, answer.weight > sure ? confidenceIn(answer) : "medium");
  }
  if (around.has("person") && !isReport) return finish(undefined, "low", "person");

  if (!answer && !best && !isReport && hintsAtAnswer(reason)) {
    return finish({ category: "auto-reply", weight: 1, at: 0, rule: "somebody-speaks" }, "low");
  }

  for (const { value, at } of statuses) best = heavierStatus(best, value, at);
  if (told?.status) best = heavierStatus(best, told.status.trim(), 0);
  if (!best || best.category === "unknown") return fromTheRest(best, codes, words, told);

  // "… does not exist" in answer to MAIL FROM is about us.
  if (around.has("mail-from") && categories[best.category].problem === "address") {
    return finish({ ...best, category: "sender-blocked", kind: undefined, rule: "mail-from-refused" }, "medium");
  }
  const kind = best.kind ?? categories[best.category].kind;
  if (kind === "hard" && isPassing(best.at, codes, statuses, told)) {
    // A name server that doesn't know today may know tomorrow; x.1.2 is said of the domain itself.
    const isLookup = best.category === "no-such-domain" && !statuses.some(({ value }) => value.endsWith(".1.2"));
    return finish({ ...best, category: isLookup ? "routing-dns" : best.category, kind: "soft" }, "low");
  }
  return finish(best, confidenceIn(best));
}

/** Where neither words nor statuses say anything: the source's own word, or the bare reply code. */
function fromTheRest(best: Evidence | undefined, codes: Code[], words: number, told?: BounceTold | null): Verdict {
  const label = told?.label ? verdictOf(told.label) : undefined;
  if (label?.rule === "short-reason" && label.category !== "unknown") return { ...label, confidence: "low" };
  const last = codes.at(-1)?.value ?? told?.code?.trim() ?? "";
  const meaning = Object.hasOwn(codeMeanings, last) ? codeMeanings[last] : undefined;
  if (meaning) return finish({ ...meaning, at: 0, rule: `code-${last}` }, "low");
  return finish(best, "low", words === 0 ? "empty" : "nothing-read");
}

/** A mailer's own word is what the mailer made of words that we don't see. */
function confidenceIn({ weight, rule }: Evidence): Verdict["confidence"] {
  if (rule === "short-reason") return "medium";
  if (rule === "said-to-be-hard") return "low";
  return weight >= sure ? "high" : weight >= 4 ? "medium" : "low";
}

const isHeavier = (best: Evidence | undefined, weight: number, at: number): boolean =>
  best === undefined || weight > best.weight || (weight === best.weight && at >= best.at);

function heavier(
  best: Evidence | undefined,
  { category, kind, weight, rule }: Wording,
  at: number,
): Evidence | undefined {
  return isHeavier(best, weight, at) ? { category, kind, weight, at, rule } : best;
}

function heavierStatus(best: Evidence | undefined, status: string, at: number): Evidence | undefined {
  const meaning = /^[45]\.\d{1,3}\.\d{1,3}$/.test(status) ? meaningOfStatus(status) : undefined;
  if (!meaning || !isHeavier(best, meaning.weight, at)) return best;
  return { category: meaning.category, kind: meaning.kind, weight: meaning.weight, at, rule: `status-${status}` };
}

const stands = (wanted: string[], codes: Code[], statuses: Code[]): boolean =>
  codes.some(({ value }) => wanted.includes(value)) ||
  statuses.some(({ value }) => wanted.includes(`x${value.slice(1)}`));

/** A delivery report may quote what a machine says, too; what has a reply code in it is none. */
function isAnswer(
  answer: Evidence,
  best: Evidence | undefined,
  { isReport, hasCode }: { isReport: boolean; hasCode: boolean },
): boolean {
  if (hasCode) return false;
  // Named as an answer within its first words, which are its subject.
  if (answer.weight > sure) return !isReport || answer.at <= 9 || (best?.weight ?? 0) < sure;
  if (answer.weight < sure && best && best.weight >= answer.weight) return false;
  return !isReport || best === undefined;
}

/** Where no rule reads anything: somebody tells of being away, or speaks of messages and days, and not of what becomes of mail. */
function hintsAtAnswer(reason: string): boolean {
  // A question is a person's.
  if (reason.includes("?")) return false;
  readHints ??= compileRules(
    hints.map(({ phrases }) => phrases),
    wordLists,
  );
  const { found } = readHints(reason);
  const given = new Set(found.filter((_, index) => index % 2 === 0).map((rule) => hints[rule]?.hint));
  return !given.has("transport") && (given.has("absence") || (given.has("speech") && given.has("news")));
}

/** Whether the server said "for now" (4yz) with the words that decided: the reply code before them, or else the status. */
function isPassing(at: number, codes: Code[], statuses: Code[], told?: BounceTold | null): boolean {
  const code = nearest(at, codes)?.value ?? told?.code?.trim();
  if (code !== undefined) return code.startsWith("4");
  return (nearest(at, statuses)?.value ?? told?.status?.trim() ?? "").startsWith("4");
}

const nearest = (at: number, codes: Code[]) => codes.findLast((code) => code.at <= at) ?? codes[0];

function finish(evidence: Evidence | undefined, confidence: Verdict["confidence"], rule = "nothing-read"): Verdict {
  const category = evidence?.category ?? "unknown";
  const { kind, problem } = categories[category];
  return { kind: evidence?.kind ?? kind, category, problem, confidence, rule: evidence?.rule ?? rule };
}
