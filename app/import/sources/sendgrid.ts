import type { Source } from "../sources.ts";

/**
 * The export of the Email Activity feed and what the Event Webhook posts, an event a line; the messages of the Email Activity API, a mail a
 * line; and the suppression lists, whose "status" is the SMTP code and whose kind is in the file's name alone.
 */
export const sendgrid: Source = {
  id: "sendgrid",
  name: "SendGrid",
  page: "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event",
  files: [
    {
      has: ["processed, message_id, event, email"],
      headers: {
        processed: "event_at",
        event: "status",
        type: "bounce_kind",
        reason: "reason",
        from: null,
        email: "email",
      },
      list: "combined",
    },
    {
      has: ["email, event, timestamp, sg_message_id", "email, event, timestamp, sg_event_id"],
      headers: {
        timestamp: "event_at",
        event: "status",
        type: "bounce_kind",
        reason: "reason",
        status: "smtp_code",
        bounce_classification: "bounce_label",
        response: null,
        email: "email",
      },
      list: "combined",
    },
    {
      has: ["msg_id, to_email, status, last_event_time"],
      headers: {
        to_email: "email",
        from_email: null,
        status: "status",
        last_event_time: "event_at",
        opens_count: "opens",
        clicks_count: "clicks",
      },
      states: { opens_count: "opened", clicks_count: "clicked" },
      list: "combined",
    },
    {
      has: ["status, reason, email, created"],
      headers: { status: "smtp_code", reason: "reason", email: "email", created: "bounced_at" },
      told: { by: "status", as: /^[245](?:\d\d|\.\d{1,3}\.\d{1,3})$/ },
    },
  ],
  statuses: {
    // Accepted from the sender and on its way.
    processed: "sent",
    delivered: "delivered",
    open: "opened",
    opened: "opened",
    click: "clicked",
    clicked: "clicked",
    bounce: "bounce",
    bounced: "bounce",
    not_delivered: "bounce",
    spamreport: "complained",
    unsubscribe: "unsubscribed",
    group_unsubscribe: "unsubscribed",
    group_resubscribe: null,
    deferred: null,
    // Never sent: the address is on a suppression list, or the mail was no mail.
    dropped: "unsent",
  },
  kinds: {
    bounce: "hard",
    bounced: "hard",
    // "An issue with the message itself rather than the address": twilio.com/docs/sendgrid/api-reference/blocks-api
    blocked: "soft",
    // Deferred until SendGrid gave up.
    expired: "soft",
  },
  fileNames: {
    "suppression bounces": "hard",
    "suppression blocks": "soft",
    "suppression invalid emails": "hard",
    "suppression spam reports": "complained",
  },
};
