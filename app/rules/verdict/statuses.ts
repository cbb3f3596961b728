import type { Category, VerdictKind } from "./categories.ts";

/** What a code says by itself, on the scale of weights that wordings have. */
export type CodeMeaning = { category: Category; weight: number; kind?: VerdictKind; source: string };

const rfc3463 = "RFC 3463";
const rfc5248 = "RFC 5248, IANA registry of enhanced status codes";
const microsoft = "Microsoft, NDR codes in Exchange Online";
const google = "Gmail SMTP errors and codes";

/**
 * Enhanced statuses without their class ("x.1.1"). The class, or the reply code, says whether it is for good. 6 = says exactly that;
 * 4 = a kind of refusal, whose words know better; 2 = vague. x.0.0, x.1.0 and x.2.0 say nothing and are missing.
 */
const statusMeanings: Record<string, CodeMeaning> = {
  "x.1.1": { category: "no-such-mailbox", weight: 6, source: rfc3463 },
  "x.1.2": { category: "no-such-domain", weight: 6, source: rfc3463 },
  "x.1.3": { category: "no-such-mailbox", weight: 6, source: rfc3463 },
  "x.1.4": { category: "no-such-mailbox", weight: 2, kind: "soft", source: rfc3463 },
  "x.1.6": { category: "mailbox-inactive", weight: 6, source: rfc3463 },
  "x.1.7": { category: "sender-auth", weight: 8, source: rfc3463 },
  "x.1.8": { category: "sender-auth", weight: 8, source: rfc3463 },
  "x.1.9": { category: "message-rejected", weight: 4, source: rfc5248 },
  // RFC 7505 gave it to the null MX; Exchange Online says RecipientNotFound with it, which its words tell.
  "x.1.10": { category: "no-such-domain", weight: 6, source: "RFC 7505" },
  "x.1.20": { category: "message-rejected", weight: 4, source: microsoft },
  "x.1.351": { category: "no-such-mailbox", weight: 6, source: microsoft },
  "x.2.1": { category: "mailbox-inactive", weight: 6, source: rfc3463 },
  "x.2.2": { category: "mailbox-full", weight: 6, source: rfc3463 },
  "x.2.3": { category: "message-too-big", weight: 6, source: rfc3463 },
  "x.2.4": { category: "server-trouble", weight: 4, source: rfc3463 },
  "x.2.121": { category: "throttled", weight: 6, source: microsoft },
  "x.2.122": { category: "throttled", weight: 6, source: microsoft },
  "x.3.0": { category: "server-trouble", weight: 2, source: rfc3463 },
  "x.3.1": { category: "server-trouble", weight: 4, source: rfc3463 },
  "x.3.2": { category: "server-trouble", weight: 4, source: rfc3463 },
  "x.3.3": { category: "message-rejected", weight: 4, source: rfc3463 },
  "x.3.4": { category: "message-too-big", weight: 6, source: rfc3463 },
  "x.3.5": { category: "server-trouble", weight: 5, source: rfc3463 },
  "x.3.6": { category: "server-trouble", weight: 4, source: rfc5248 },
  "x.3.190": { category: "no-such-mailbox", weight: 4, kind: "soft", source: microsoft },
  "x.4.0": { category: "server-trouble", weight: 3, source: rfc3463 },
  "x.4.1": { category: "server-trouble", weight: 4, source: rfc3463 },
  "x.4.2": { category: "server-trouble", weight: 5, source: rfc3463 },
  "x.4.3": { category: "routing-dns", weight: 4, source: rfc3463 },
  "x.4.4": { category: "routing-dns", weight: 4, source: rfc3463 },
  "x.4.5": { category: "throttled", weight: 4, source: rfc3463 },
  "x.4.6": { category: "routing-dns", weight: 6, source: rfc3463 },
  "x.4.7": { category: "server-trouble", weight: 5, source: rfc3463 },
  "x.4.8": { category: "routing-dns", weight: 4, source: microsoft },
  "x.4.14": { category: "routing-dns", weight: 6, source: microsoft },
  "x.4.300": { category: "server-trouble", weight: 5, source: microsoft },
  "x.4.310": { category: "no-such-domain", weight: 6, source: microsoft },
  "x.4.312": { category: "routing-dns", weight: 6, source: microsoft },
  "x.4.316": { category: "server-trouble", weight: 5, source: microsoft },
  "x.4.317": { category: "sender-auth", weight: 5, source: microsoft },
  "x.5.0": { category: "message-rejected", weight: 1, source: rfc3463 },
  "x.5.1": { category: "message-rejected", weight: 4, source: rfc3463 },
  "x.5.2": { category: "message-rejected", weight: 4, source: rfc3463 },
  "x.5.3": { category: "throttled", weight: 5, source: rfc3463 },
  "x.5.4": { category: "message-rejected", weight: 4, source: rfc3463 },
  "x.5.5": { category: "message-rejected", weight: 4, source: rfc3463 },
  "x.5.6": { category: "sender-auth", weight: 4, source: "RFC 4954" },
  "x.7.4": { category: "sender-auth", weight: 4, source: rfc3463 },
  "x.7.5": { category: "sender-auth", weight: 4, source: rfc3463 },
  "x.7.6": { category: "sender-auth", weight: 4, source: rfc3463 },
  "x.7.8": { category: "sender-auth", weight: 5, source: "RFC 4954" },
  "x.7.10": { category: "sender-auth", weight: 5, source: rfc5248 },
  "x.7.11": { category: "sender-auth", weight: 5, source: rfc5248 },
  "x.7.12": { category: "sender-auth", weight: 4, source: "RFC 4954" },
  "x.7.13": { category: "mailbox-inactive", weight: 6, source: rfc5248 },
  "x.7.14": { category: "sender-auth", weight: 4, source: rfc5248 },
  "x.7.15": { category: "throttled", weight: 4, source: "RFC 6710" },
  "x.7.16": { category: "message-too-big", weight: 4, source: "RFC 6710" },
  "x.7.17": { category: "mailbox-inactive", weight: 6, source: "RFC 7293" },
  "x.7.18": { category: "mailbox-inactive", weight: 6, source: "RFC 7293" },
  "x.7.26": { category: "sender-auth", weight: 6, source: "RFC 7372" },
  "x.7.27": { category: "sender-auth", weight: 6, source: "RFC 7505" },
  "x.7.28": { category: "throttled", weight: 6, source: rfc5248 },
  "x.7.29": { category: "sender-auth", weight: 6, source: "RFC 8617" },
  "x.7.30": { category: "sender-auth", weight: 5, source: "RFC 8689" },
  "x.7.54": { category: "routing-dns", weight: 5, source: microsoft },
  "x.7.57": { category: "sender-auth", weight: 5, source: microsoft },
  "x.7.64": { category: "routing-dns", weight: 5, source: microsoft },
  "x.7.321": { category: "sender-auth", weight: 5, source: microsoft },
  "x.7.500": { category: "throttled", weight: 7, source: microsoft },
  "x.7.501": { category: "sender-blocked", weight: 5, source: microsoft },
  "x.7.505": { category: "mailbox-inactive", weight: 5, source: microsoft },
  "x.7.508": { category: "throttled", weight: 5, source: microsoft },
  "x.7.509": { category: "sender-auth", weight: 6, source: microsoft },
  "x.7.512": { category: "message-rejected", weight: 4, source: microsoft },
  "x.7.515": { category: "sender-auth", weight: 6, source: microsoft },
  "x.7.705": { category: "throttled", weight: 5, source: microsoft },
  "x.7.708": { category: "sender-blocked", weight: 5, source: microsoft },
  "x.7.750": { category: "sender-blocked", weight: 5, source: microsoft },
};

/** What the rest of a subject has in common. */
const statusFamilies: [beginning: string, from: number, to: number, meaning: CodeMeaning][] = [
  ["x.7.", 20, 25, { category: "sender-auth", weight: 6, source: "RFC 7372; Gmail 5.7.24, 5.7.25" }],
  ["x.7.", 31, 59, { category: "sender-auth", weight: 4, source: google }],
  ["x.7.", 320, 329, { category: "sender-auth", weight: 5, source: microsoft }],
  ["x.7.", 500, 799, { category: "sender-blocked", weight: 5, source: microsoft }],
  ["x.7.", 0, 999, { category: "sender-blocked", weight: 4, source: rfc3463 }],
  ["x.6.", 0, 999, { category: "message-rejected", weight: 4, source: rfc3463 }],
  ["x.4.", 300, 399, { category: "server-trouble", weight: 4, source: microsoft }],
  ["x.3.", 0, 999, { category: "server-trouble", weight: 2, source: rfc3463 }],
];

/** What an enhanced status of class 4 or 5 says ("5.1.1"), or undefined. */
export function meaningOfStatus(status: string): CodeMeaning | undefined {
  const general = `x${status.slice(1)}`;
  const exact = Object.hasOwn(statusMeanings, general) ? statusMeanings[general] : undefined;
  if (exact) return exact;
  const detail = Number(general.slice(4));
  return statusFamilies.find(([begin, from, to]) => general.startsWith(begin) && detail >= from && detail <= to)?.[3];
}

/** Reply codes that say something where nothing else does (RFC 5321, 4.2.3). 450, 550 and 554 don't. */
export const codeMeanings: Record<string, CodeMeaning> = {
  "421": {
    category: "server-trouble",
    weight: 1,
    source: "RFC 5321, 4.2.3: service not available, closing transmission channel",
  },
  "422": { category: "mailbox-full", weight: 1, source: "widespread: the recipient has exceeded their mailbox limit" },
  "432": {
    category: "server-trouble",
    weight: 1,
    source: "Exchange: the recipient's incoming mail queue has been stopped",
  },
  "447": { category: "server-trouble", weight: 1, source: "widespread: the message timed out" },
  "451": { category: "server-trouble", weight: 1, source: "RFC 5321, 4.2.3: local error in processing" },
  "452": { category: "server-trouble", weight: 1, source: "RFC 5321, 4.2.3: insufficient system storage" },
  "454": { category: "sender-auth", weight: 1, source: "RFC 4954, 4.7" },
  "500": { category: "message-rejected", weight: 1, source: "RFC 5321, 4.2.2" },
  "501": { category: "message-rejected", weight: 1, source: "RFC 5321, 4.2.2" },
  "502": { category: "message-rejected", weight: 1, source: "RFC 5321, 4.2.2" },
  "503": { category: "message-rejected", weight: 1, source: "RFC 5321, 4.2.2" },
  "504": { category: "message-rejected", weight: 1, source: "RFC 5321, 4.2.2" },
  "521": { category: "no-such-domain", kind: "soft", weight: 1, source: "RFC 7504; AOL refuses senders with it" },
  "523": {
    category: "message-too-big",
    weight: 1,
    source: "widespread: the message is larger than the recipient's limit",
  },
  "530": { category: "sender-auth", weight: 1, source: "RFC 4954, 6" },
  "534": { category: "sender-auth", weight: 1, source: "RFC 4954, 6" },
  "535": { category: "sender-auth", weight: 1, source: "RFC 4954, 6" },
  "538": { category: "sender-auth", weight: 1, source: "RFC 4954, 6" },
  "552": { category: "mailbox-full", weight: 1, source: "RFC 5321, 4.2.3: exceeded storage allocation" },
  "555": { category: "message-rejected", weight: 1, source: "RFC 5321, 4.2.2" },
  "556": { category: "no-such-domain", kind: "soft", weight: 1, source: "RFC 7504, 7505: domain does not accept mail" },
};
