import type { VerdictCategory, VerdictKind, VerdictProblem } from "#db/schema.ts";

export type { VerdictKind };
/** Whose problem it is. `passing` is nobody's for long, `nobody` means that the mail was delivered. */
export type Problem = VerdictProblem;

/**
 * The categories, each with the kind that it usually has and whose problem it is. A full mailbox, a server in trouble are the recipient's to
 * mend; a sender that is refused is ours, and says nothing about the address.
 */
export const categories = {
  "no-such-mailbox": { kind: "hard", problem: "address" },
  "no-such-domain": { kind: "hard", problem: "address" },
  "mailbox-full": { kind: "soft", problem: "recipient" },
  "mailbox-inactive": { kind: "hard", problem: "address" },
  "sender-blocked": { kind: "soft", problem: "sender" },
  "sender-auth": { kind: "soft", problem: "sender" },
  "spam-content": { kind: "soft", problem: "message" },
  "message-too-big": { kind: "soft", problem: "message" },
  "message-rejected": { kind: "soft", problem: "message" },
  throttled: { kind: "soft", problem: "passing" },
  "server-trouble": { kind: "soft", problem: "recipient" },
  "routing-dns": { kind: "soft", problem: "recipient" },
  "auto-reply": { kind: "auto-reply", problem: "nobody" },
  "challenge-response": { kind: "auto-reply", problem: "nobody" },
  unknown: { kind: "soft", problem: "unknown" },
} as const satisfies Record<VerdictCategory, { kind: VerdictKind; problem: Problem }>;

export type Category = VerdictCategory;
