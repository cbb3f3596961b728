import type { Source } from "../sources.ts";

/**
 * Exports of an audience or of a campaign report's members carry the audience's fields and Mailchimp's own in capitals; the report's bounces
 * have "Bounce Type" beside them. The other two are the rows of the Marketing API's reports.
 */
export const mailchimp: Source = {
  id: "mailchimp",
  name: "Mailchimp",
  page: "https://mailchimp.com/help/export-and-back-up-account-data/",
  files: [
    {
      has: ["Email Address, MEMBER_RATING, OPTIN_TIME", "LEID, EUID"],
      headers: {
        "Email Address": "email",
        CLEAN_TIME: "bounced_at",
        UNSUB_TIME: null,
        UNSUB_REASON: null,
        OPTIN_TIME: null,
        CONFIRM_TIME: null,
      },
    },
    {
      // reports/{campaign}/email-activity
      has: ["email_address, action, timestamp, campaign_id"],
      headers: { email_address: "email", action: "status", type: "bounce_kind", timestamp: "event_at" },
      list: "combined",
    },
    {
      // reports/{campaign}/sent-to
      has: ["email_address, open_count, last_open, status"],
      headers: { email_address: "email", status: "status", open_count: "opens", last_open: "opened_at" },
      list: "combined",
    },
  ],
  statuses: {
    sent: "sent",
    open: "opened",
    opened: "opened",
    "not opened": "unopened",
    "didn't open": "unopened",
    click: "clicked",
    clicked: "clicked",
    bounce: "bounce",
    bounced: "bounce",
    hard: "hard",
    soft: "soft",
    unsubscribed: "unsubscribed",
    // Whatever bounced hard, or softly too often, and gets no more mail: mailchimp.com/help/about-cleaned-contacts
    cleaned: "hard",
    subscribed: null,
    "non-subscribed": null,
    pending: null,
    archived: null,
  },
  kinds: {
    hard: "hard",
    soft: "soft",
    // Addresses that are none.
    syntax: "hard",
  },
  fileNames: { "cleaned contacts": "hard", cleaned: "hard", "did not open": "unopened", "didn t open": "unopened" },
};
