import { addressWordings } from "./verdict/address-wordings.ts";
import { autoReplies, circumstances } from "./verdict/auto-replies.ts";
import { type Category, categories, type Problem, type VerdictKind } from "./verdict/categories.ts";
import { messageWordings } from "./verdict/message-wordings.ts";
import { type Code, compilePhrases } from "./verdict/reading.ts";
import { recipientWordings } from "./verdict/recipient-wordings.ts";
import { senderWordings } from "./verdict/sender-wordings.ts";
import { shortReason, withoutPrefix } from "./verdict/short-reasons.ts";
import { codeMeanings, meaningOfStatus } from "./verdict/statuses.ts";
import { type Circumstance, type Wording, wordLists } from "./verdict/wording.ts";

/** Goes up whenever a rule changes, so that stored verdicts can be told to be of older rules. */
export const rulesVersion = 1;

export type Verdict = {
  kind: VerdictKind;
  category: Category;
  problem: Problem;
  /** high: exact words; medium: a code, or words that are less exact; low: a guess, or signs that contradict each other. */
  confidence: "high" | "medium" | "low";
  /** The stable name of what decided: a wording's rule, "short-reason", "status-5.1.1", "code-421", "nothing-read", "empty", "person". */
  rule: string;
};

/** What a source tells beside the reason, where it does. */
export type Told = {
  /** The SMTP reply code: 550 */
  code?: string | number | null;
  /** The enhanced status: "5.1.1" */
  status?: string | null;
  /** The source's own word: "Hard", "bad-mailbox", "Transient/MailboxFull" */
  label?: string | null;
};

const wordings: Wording[] = [
  ...addressWordings,
  ...recipientWordings,
  ...senderWordings,
  ...messageWordings,
  ...autoReplies,
];
const phrases: string[] = [];
const owners: (Wording | Circumstance)[] = [];
for (const wording of wordings) {
  for (const phrase of wording.phrases) {
    phrases.push(phrase);
    owners.push(wording);
  }
}
for (const { circumstance, phrases: own } of circumstances) {
  for (const phrase of own) {
    phrases.push(phrase);
    owners.push(circumstance);
  }
}
const read = compilePhrases(phrases, wordLists);

type Evidence = { category: Category; kind?: VerdictKind; weight: number; at: number; rule: string };

const sure = 7;

/**
 * Our own reading of why a mail didn't arrive: what `reason` says (in Spanish, English and what servers of other countries write; whole or
 * cut off with "..."), and what the source told beside it. Words beat codes; of several verdicts the last one counts; what looks like a code within an
 * address, a size or a version is none. Never throws; the time grows with the text's length.
 *
 * Sources: RFC 3463, RFC 5248 and their registry, RFC 5321, RFC 3834, RFC 7372, RFC 7505, and the pages that each wording names.
 */
export function verdictOf(reason: string, told: Told = {}): Verdict {
  const short = shortReason(reason);
  if (short) {
    const kind = short.kind ?? categories[short.category].kind;
    const isForNow = kind === "hard" && isPassing(0, [], [], told);
    return finish({ ...short, kind: isForNow ? "soft" : kind, weight: sure, at: 0, rule: "short-reason" }, "medium");
  }
  const { matches, codes, statuses, words } = read(withoutPrefix(reason));

  const found = new Set<Circumstance>();
  let best: Evidence | undefined;
  let answer: Evidence | undefined;
  for (const { phrase, at } of matches) {
    const owner = owners[phrase];
    if (owner === undefined) continue;
    if (typeof owner === "string") {
      found.add(owner);
      continue;
    }
    if (owner.codes && !stands(owner.codes, codes, statuses)) continue;
    const evidence = { category: owner.category, kind: owner.kind, weight: owner.weight, at, rule: owner.rule };
    if (categories[owner.category].kind === "auto-reply") answer = heavier(answer, evidence);
    else best = heavier(best, evidence);
  }

  const isReport = codes.length > 0 || statuses.length > 0 || told.code || told.status || found.has("report");
  if (answer && isAnswer(answer, best, { isReport: Boolean(isReport), hasCode: codes.length + statuses.length > 0 })) {
    if (found.has("person") && answer.weight < 9) return finish(undefined, "low", "person");
    return finish(answer, answer.weight > sure ? "high" : "medium");
  }
  if (found.has("person") && !isReport) return finish(undefined, "low", "person");

  for (const { value, at } of statuses) best = heavier(best, ofStatus(value, at));
  if (told.status) best = heavier(best, ofStatus(told.status.trim(), 0));
  if (!best) {
    const label = told.label ? shortReason(told.label) : undefined;
    if (label && label.category !== "unknown") return finish({ ...label, weight: 1, at: 0, rule: "label" }, "low");
    const last = codes.at(-1)?.value ?? (told.code ? String(told.code).trim() : undefined);
    const meaning = last !== undefined && Object.hasOwn(codeMeanings, last) ? codeMeanings[last] : undefined;
    if (meaning) return finish({ ...meaning, at: 0, rule: `code-${last}` }, "low");
    return finish(undefined, "low", words === 0 ? "empty" : "nothing-read");
  }

  // "… does not exist" in answer to MAIL FROM is about us.
  if (found.has("mail-from") && categories[best.category].problem === "address") {
    return finish({ ...best, category: "sender-blocked", kind: undefined, rule: "mail-from-refused" }, "medium");
  }
  const kind = best.kind ?? categories[best.category].kind;
  if (kind === "hard" && isPassing(best.at, codes, statuses, told)) {
    // A name server that doesn't know today may know tomorrow; x.1.2 is said of the domain itself.
    const isLookup = best.category === "no-such-domain" && !statuses.some(({ value }) => value.endsWith(".1.2"));
    return finish({ ...best, category: isLookup ? "routing-dns" : best.category, kind: "soft" }, "low");
  }
  return finish(best, best.weight >= sure ? "high" : best.weight >= 4 ? "medium" : "low");
}

const heavier = (one: Evidence | undefined, other: Evidence | undefined): Evidence | undefined =>
  one === undefined ||
  (other !== undefined && (other.weight > one.weight || (other.weight === one.weight && other.at >= one.at)))
    ? other
    : one;

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
  if (answer.weight > sure) return !isReport || answer.at <= 8 || (best?.weight ?? 0) < sure;
  if (answer.weight < sure && best && best.weight >= answer.weight) return false;
  return !isReport || best === undefined;
}

function ofStatus(status: string, at: number): Evidence | undefined {
  const meaning = /^[45]\.\d{1,3}\.\d{1,3}$/.test(status) ? meaningOfStatus(status) : undefined;
  return (
    meaning && { category: meaning.category, kind: meaning.kind, weight: meaning.weight, at, rule: `status-${status}` }
  );
}

/** Whether the server said "for now" (4yz) with the words that decided: the reply code before them, or else the status. */
function isPassing(at: number, codes: Code[], statuses: Code[], told: Told): boolean {
  const code = nearest(at, codes)?.value ?? (told.code ? String(told.code).trim() : undefined);
  if (code !== undefined) return code.startsWith("4");
  return (nearest(at, statuses)?.value ?? told.status?.trim() ?? "").startsWith("4");
}

const nearest = (at: number, codes: Code[]) => codes.findLast((code) => code.at <= at) ?? codes[0];

function finish(evidence: Evidence | undefined, confidence: Verdict["confidence"], rule = "nothing-read"): Verdict {
  const category = evidence?.category ?? "unknown";
  const { kind, problem } = categories[category];
  return { kind: evidence?.kind ?? kind, category, problem, confidence, rule: evidence?.rule ?? rule };
}
