import type { Source } from "../sources.ts";

/** The events of its logs, flattened (`delivery-status.message` or `delivery_status_message`), and its list of bounces. */
export const mailgun: Source = {
  id: "mailgun",
  name: "Mailgun",
  page: "https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-types",
  files: [
    {
      has: [
        "event, recipient, timestamp, severity",
        "event, recipient, timestamp, log-level",
        "event, recipient, timestamp, delivery-status.code",
        "event, recipient, timestamp, delivery-status.message",
      ],
      headers: {
        event: "status",
        recipient: "email",
        timestamp: "event_at",
        severity: "bounce_kind",
        "delivery-status.message": "reason",
        // Filled where Mailgun itself held the mail back and no server answered.
        "delivery-status.description": "reason",
        "delivery-status.code": "smtp_code",
        // Mailgun's own word (bounce, suppress-bounce, espblock …), not the server's.
        reason: "bounce_label",
        "envelope.sender": null,
        "envelope.targets": null,
        "message.headers.from": null,
        "message.headers.to": null,
      },
      list: "combined",
    },
    {
      // "Permanent recipient mailbox errors" alone: documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/bounces
      has: ["address, code, error, created_at"],
      headers: { address: "email", code: "smtp_code", error: "reason", created_at: "bounced_at" },
      list: "hard",
      told: { by: "code", as: /^\d{3}$/ },
    },
  ],
  statuses: {
    accepted: "sent",
    delivered: "delivered",
    failed: "bounce",
    opened: "opened",
    clicked: "clicked",
    unsubscribed: "unsubscribed",
    complained: "complained",
    // Refused from the sender, before any mailbox was asked.
    rejected: "unsent",
    stored: null,
  },
  kinds: { permanent: "hard", temporary: "soft" },
};
