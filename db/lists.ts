import type {
  BounceKind,
  CallOutcome,
  FollowUpKind,
  FollowUpResult,
  ImportList,
  ImportState,
  Language,
  RemovalDecision,
  RemovalState,
  Role,
  VerdictCategory,
  VerdictConfidence,
  VerdictKind,
  VerdictProblem,
} from "./schema.ts";

// The closed lists of the database, for forms, menus and loops. A test holds them against the database's own.

export const roles = ["administrator", "marketing", "sales", "crm-administrator"] as const satisfies Role[];
export const languages = ["es", "en"] as const satisfies Language[];
export const importLists = [
  "sent",
  "delivered",
  "opened",
  "unopened",
  "clicked",
  "hard",
  "soft",
  "auto-reply",
  "unsubscribed",
  "complained",
  "combined",
] as const satisfies ImportList[];
export const importStates = [
  "reading",
  "draft",
  "saving",
  "saved",
  "undoing",
  "undone",
] as const satisfies ImportState[];
/** Those of `importStates` in which something works on an import, or soon will. */
export const runningStates: readonly ImportState[] = ["reading", "saving", "undoing"];
/** What an import did with the rows of its file: the five after the first add up to it. */
export const accountFigures = ["rows", "created", "updated", "unchanged", "duplicate", "rejected"] as const;
export const bounceKinds = ["hard", "soft"] as const satisfies BounceKind[];
export const followUpKinds = ["soft", "hard", "auto-reply", "manual"] as const satisfies FollowUpKind[];
export const followUpResults = [
  "recovered",
  "corrected",
  "address-right",
  "phone-only",
  "not-interested",
  "unreachable",
  "removal",
  "no-longer-bouncing",
  "dismissed",
] as const satisfies FollowUpResult[];
/** In the order of the keys 1–9 on the call screen. */
export const callOutcomes = [
  "mailbox-fixed",
  "new-address",
  "address-right",
  "phone-only",
  "not-interested",
  "no-answer",
  "call-back",
  "left-message",
  "wrong-number",
] as const satisfies CallOutcome[];
export const removalDecisions = ["remove", "phone-only"] as const satisfies RemovalDecision[];
export const removalStates = [
  "requested",
  "exported",
  "confirmed",
  "kept",
  "withdrawn",
] as const satisfies RemovalState[];
export const verdictKinds = ["hard", "soft", "auto-reply"] as const satisfies VerdictKind[];
/** In the order in which they are told apart best: the address, the recipient's side, ours, nobody's. */
export const verdictCategories = [
  "no-such-mailbox",
  "no-such-domain",
  "mailbox-full",
  "mailbox-inactive",
  "sender-blocked",
  "sender-auth",
  "spam-content",
  "message-too-big",
  "message-rejected",
  "throttled",
  "server-trouble",
  "routing-dns",
  "auto-reply",
  "challenge-response",
  "unknown",
] as const satisfies VerdictCategory[];
export const verdictProblems = [
  "address",
  "recipient",
  "sender",
  "message",
  "passing",
  "nobody",
  "unknown",
] as const satisfies VerdictProblem[];
export const verdictConfidences = ["high", "medium", "low"] as const satisfies VerdictConfidence[];

/** What a source tells beside a bounce's reason, where it does: what `deliveries.bounce_told` holds. */
export type BounceTold = {
  /** The SMTP reply code: "550" */
  code?: string;
  /** The enhanced status: "5.1.1" */
  status?: string;
  /** The source's own word: "bad-mailbox", "MailboxFull" */
  label?: string;
};
