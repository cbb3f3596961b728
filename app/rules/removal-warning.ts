import type { BounceKind } from "#db/schema.ts";

/** Why a contact should perhaps not be taken out of the CRM. */
export type RemovalWarning = "sender-refused" | "not-hard" | "no-bounce";

// Words that name the mailbox beat every code: "550 5.7.1 No such user" is about the address.
const namesMailbox =
  /no such (user|recipient|mailbox|address)|(user|recipient|mailbox|address|account)( is)? (unknown|disabled|inactive)|(unknown|disabled|inactive) (user|recipient|mailbox|account)|(user|mailbox|account|address) (does not|doesn'?t|not) exist|(recipient|user) not found|invalid (recipient|mailbox)/i;

// x.7.x is policy or authentication, 5.1.7 and 5.1.8 are the sender's address (RFC 3463, 3.2 and 3.8).
const senderCode = /(?<![\d.])[45]\.(7\.\d{1,3}|1\.[78])(?![\d.])/;

// Reasons are cut off by some sources ("Your host is not allo..."): the words are looked for by their beginnings.
const senderWords = [
  /\bhost (network )?(is )?not allo/i,
  /\bhost (rejected|denied|refused)/i,
  /\bnot allowed to (send|relay|connect)/i,
  /\bblock(ed|ing|list)|\bblack ?-?list|\bdeny ?-?list|\b(dns|r|s)bl\b|spamhaus|barracuda|spamcop/i,
  /\bbanned\b|\bblocking\b|\breputation\b/i,
  /\bspf\b|\bdkim\b|\bdmarc\b|\bunauthenticated\b|\bptr\b|\br(everse )?dns\b/i,
  /\bsender (address |domain )?(is )?(invalid|rejected|denied|refused|blocked|not )/i,
  /\binvalid[ -]sender|\bbad helo\b|\bspoof/i,
  /\bpolicy[- ]related\b|\bpolicy (reasons?|violation|rejection)|\b(local|security) polic|\babuse\b/i,
  /\bspam|content (is )?(rejected|not accepted)|content-related/i,
  /\baccess denied\b/i,
];

/**
 * A caution shown before a removal is asked for, exported or confirmed: a refused sender, a bounce that the source
 * doesn't call hard, or no bounce at all says nothing bad about the address. Reads the source's raw reason, whole or cut off.
 * A caution too many costs a look; one too few costs a good customer. Undefined: nothing speaks against it.
 */
export function removalWarning(bounce: {
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
}): RemovalWarning | undefined {
  if (bounce.bounce_kind === null) return "no-bounce";
  if (refusesSender(bounce.bounce_reason ?? "")) return "sender-refused";
  return bounce.bounce_kind === "hard" ? undefined : "not-hard";
}

function refusesSender(reason: string): boolean {
  if (namesMailbox.test(reason)) return false;
  return senderCode.test(reason) || senderWords.some((words) => words.test(reason));
}
