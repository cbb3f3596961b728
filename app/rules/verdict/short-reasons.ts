import type { Category } from "./categories.ts";
import type { Wording } from "./wording.ts";

/** What a mailer writes instead of the server's answer: its own word for it, whole. Case, blanks, hyphens and underscores don't matter. */
const words: { rule?: string; source: string; reasons: Partial<Record<Category, string>> }[] = [
  {
    source: 'PowerMTA User\'s Guide, bounce categories; Zoho Campaigns writes them after "Temporary failure:"',
    reasons: {
      "no-such-mailbox": "bad-mailbox",
      "no-such-domain": "bad-domain",
      "mailbox-full": "quota-issues",
      "mailbox-inactive": "inactive-mailbox",
      "sender-blocked": "policy-related",
      "sender-auth": "invalid-sender",
      "spam-content": "spam-related, virus-related, content-related",
      "message-rejected": "protocol-errors",
      "server-trouble":
        "bad-connection, no-answer-from-host, message-expired, delivery time expired, bad-configuration",
      "routing-dns": "routing-errors, relaying-issues",
      unknown: "other, success",
    },
  },
  {
    source: "KumoMTA, bounce classification",
    reasons: {
      "no-such-mailbox": "InvalidRecipient, BadMailbox",
      "no-such-domain": "BadDomain",
      "mailbox-full": "QuotaIssues",
      "mailbox-inactive": "InactiveMailbox",
      "sender-blocked": "PolicyRelated, SpamBlock",
      "sender-auth": "InvalidSender, AuthenticationFailed, BadSender",
      "spam-content": "SpamContent, ContentRelated, VirusRelated, SpamRelated, ProhibitedAttachment",
      "message-rejected": "ProtocolErrors",
      throttled: "TransientFailure Throttled, Greylisting",
      "server-trouble": "BadConnection, NoAnswerFromHost, MessageExpired, TransientFailure, BadConfiguration",
      "routing-dns": "RoutingErrors, DNSFailure, RelayDenied, RelayingIssues",
      unknown: "Uncategorized",
    },
  },
  {
    source: "Amazon SES, notification contents: bounceType and bounceSubType",
    reasons: {
      "no-such-mailbox": "Permanent NoEmail, NoEmail",
      "mailbox-full": "Transient MailboxFull, MailboxFull",
      "mailbox-inactive":
        "Permanent Suppressed, Permanent OnAccountSuppressionList, OnAccountSuppressionList, Suppressed, SuppressionList",
      "message-too-big": "Transient MessageTooLarge, MessageTooLarge",
      "spam-content": "Transient ContentRejected, ContentRejected, Transient AttachmentRejected, AttachmentRejected",
      unknown: "Undetermined, Transient General, Undetermined Undetermined, General, Transient",
    },
  },
  {
    source: "Postmark, bounce types",
    reasons: {
      "no-such-mailbox": "BadEmailAddress, Hard bounce InvalidEmail",
      "mailbox-inactive": "ManuallyDeactivated, AddressChange",
      "sender-blocked": "Blocked, SpamNotification, SpamComplaint, Spam complaint",
      "sender-auth": "DMARCPolicy",
      "spam-content": "VirusNotification",
      "message-rejected": "TemplateRenderingFailed, SMTPApiError, InboundError",
      "routing-dns": "DnsError, OpenRelayTest",
      "server-trouble": "SoftBounce Transient",
      "auto-reply": "AutoResponder",
      "challenge-response": "ChallengeVerification",
      unknown: "SoftBounce, Unknown, Subscribe, Unconfirmed, Unsubscribe",
    },
  },
  {
    source: "SparkPost, bounce classification codes",
    reasons: {
      "no-such-mailbox": "Invalid Recipient, Generic Bounce: No RCPT, No RCPT",
      "mailbox-full": "Mailbox Full",
      "message-too-big": "Too Large",
      "sender-blocked": "Mail Block, Spam Block, Admin Failure, Mail Block - General",
      "spam-content": "Spam Content, Prohibited Attachment",
      "server-trouble": "Timeout",
      "routing-dns": "DNS Failure, Relaying Denied",
      "auto-reply": "Auto-Reply",
      "challenge-response": "Challenge-Response",
      unknown: "Generic Bounce, Soft Bounce, Transient Failure",
    },
  },
  {
    source: "SendGrid, bounce classifications and event reasons",
    reasons: {
      "no-such-mailbox": "Invalid Address, Invalid, Bounced Address, Invalid Addresses",
      "mailbox-inactive": "Mailbox Unavailable",
      "sender-blocked": "Reputation, Spam Reporting Address",
      throttled: "Frequency or Volume Too High, Frequency/Volume",
      "spam-content": "Content",
      "server-trouble": "Technical, Technical Failure",
      unknown: "Unsubscribed Address, Unclassified, Bounce, bounced, Dropped",
    },
  },
  {
    source: "Mailchimp and Mandrill: hard, soft and diag; Brevo, Mailgun and Mailjet events",
    reasons: {
      "no-such-mailbox":
        "invalid_email, invalid email, user unknown, mailbox_not_found, suppress-bounce, typofix, preblocked",
      "no-such-domain": "invalid_domain, invalid domain, no mail host, Domain not found",
      "mailbox-full": "mailbox_full, quota exceeded, full, lleno",
      "mailbox-inactive": "mailbox inactive, inactive, deactivated, disabled, suspended",
      "sender-blocked":
        "blocked, espblock, blacklisted, spam reporter, sender blocked, policy issue, suppress-complaint, bloqueado, reject-blocklist",
      "spam-content": "content blocked, spam, spam content, virus, content",
      "message-rejected": "protocol issue, syntax, duplicate in campaign",
      throttled: "greylisted, deferred, throttled, throttling, rate limited, aplazado",
      "server-trouble": "connection issue, system issue, server error, old, expired, host, timeout, connection",
      "routing-dns": "relay/access denied, dns, relay, loop, relaying_denied, dns_failure",
      unknown:
        "soft bounce, soft_bounce, softbounce, soft, unsub, suppress-unsubscribe, general, generic, bounce, undefined, n/a, none, rebote suave, rebote temporal, error, unbounced",
    },
  },
  {
    source: "HubSpot, email event bounce categories; CiviCRM bounce types",
    reasons: {
      "no-such-mailbox": "UNKNOWN_USER, MAILBOX_MISCONFIGURATION User",
      "mailbox-full": "MAILBOX_FULL, Quota",
      "sender-blocked": "POLICY, IP_REPUTATION, DOMAIN_REPUTATION, SENDER_REPUTATION, AOL",
      "sender-auth": "DMARC, SPF, DKIM, UNAUTHENTICATED",
      throttled: "GREYLISTING, THROTTLED",
      "server-trouble": "MAILBOX_MISCONFIGURATION, ISP_MISCONFIGURATION",
      "auto-reply": "Away, AUTO_REPLY, auto reply, autoreply, vacation, out of office, ausente, respuesta automatica",
      unknown: "Unknown, MISSING, desconocido, pending_other",
    },
  },
  {
    // What the mailer found out is all that is known.
    rule: "said-to-be-hard",
    source: "Mailchimp, Brevo, Postmark, Amazon SES and others: a hard bounce, for whatever reason",
    reasons: {
      "no-such-mailbox":
        "hard bounce, hard_bounce, hardbounce, hard, hard bounced, Permanent General, Permanent, Bounce Permanent, Rebote duro, rebote permanente",
    },
  },
];

/** Before the word itself; Zoho writes it on all its tabs. It says nothing. */
const prefix = "(temporary|temporal|permanent|transient|hard|soft) (failure|error|bounce|bounced)";

/** A reason without what Zoho and others write before every one of them. */
export const withoutPrefix = (reason: string): string => reason.replace(/^\s*(?:temporary|permanent) failure\s*:/i, "");

const seen = new Set<string>();
/** The mailer that is named first keeps a word that two of them use. */
const isNew = (word: string): boolean => !seen.has(word) && seen.add(word).has(word);
const wordsIn = (reason: string): string => (reason.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");

/** As rules that hold for a whole text only. */
export const shortReasons: Wording[] = words.flatMap(({ rule = "short-reason", source, reasons }) =>
  Object.entries(reasons).map(([category, list]) => ({
    rule,
    category: category as Category,
    weight: 11,
    source,
    phrases: list
      .split(", ")
      .map(wordsIn)
      .filter(isNew)
      .flatMap((word) => [`^ ${word} $`, `^ ${prefix} ${word} $`]),
  })),
);
