import type { Source } from "../sources.ts";

/**
 * A marketing e-mail's recipients (a person a line, TRUE or FALSE for each thing that can happen), the export of unsubscribes and bounces,
 * and the rows of the Email Events API. "Bounce Reason" and `category` are HubSpot's kinds of bounce; the server's words stand beside them.
 */
export const hubspot: Source = {
  id: "hubspot",
  name: "HubSpot",
  page: "https://knowledge.hubspot.com/articles/kcs_article/email/what-do-the-email-terms-in-my-basic-export-mean",
  files: [
    {
      has: ["Recipient, Hub ID, Email Campaign ID", "Recipient, Not Sent Reason, Bounce Reason, Bounce"],
      headers: {
        Recipient: "email",
        "Sent At (Your time zone)": "sent_at",
        "Bounce Reason": "bounce_kind",
        "Bounce Message": "reason",
        "Not Sent Reason": null,
        "Not Sent Message": null,
        Subject: null,
      },
      states: {
        Sent: "sent",
        Delivered: "delivered",
        Bounce: "bounce",
        "Spam Report": "complained",
        Opened: "opened",
        Clicked: "clicked",
        Unsubscribed: "unsubscribed",
      },
      list: "combined",
    },
    {
      // https://knowledge.hubspot.com/articles/kcs_article/contacts/how-can-i-delete-contacts-who-have-unsubscribed-or-hard-bounce
      has: ["Email, Portal Bounce, Portal Unsubscribe"],
      headers: { Email: "email", "Portal Bounce": "reason" },
      states: {
        "Portal Bounce": "hard",
        "Global Bounce": "hard",
        "Portal Unsubscribe": "unsubscribed",
        "Portal Spam Report": "complained",
      },
      list: "combined",
    },
    {
      // https://developers.hubspot.com/docs/methods/email/email_events_overview
      has: ["recipient, type, created, emailCampaignId"],
      headers: {
        recipient: "email",
        type: "status",
        created: "event_at",
        category: "bounce_kind",
        response: "reason",
        status: "smtp_code",
        from: null,
      },
      list: "combined",
    },
  ],
  statuses: {
    Sent: "sent",
    Processed: "sent",
    Delivered: "delivered",
    Open: "opened",
    Click: "clicked",
    Bounce: "bounce",
    SpamReport: "complained",
    Unsubscribed: "unsubscribed",
    // Tried again for 72 hours.
    Deferred: null,
    // Never sent to somebody who bounced or unsubscribed before.
    Dropped: "unsent",
    MTA_Dropped: "unsent",
    Suppressed: "unsent",
    // Of the subscription, either way.
    StatusChange: null,
    Unbounce: null,
    Forward: null,
    Print: null,
    Reply: null,
  },
  // https://knowledge.hubspot.com/articles/kcs_article/email/what-is-the-difference-between-a-hard-bounce-and-a-soft-bounce
  kinds: {
    UNKNOWN_USER: "hard",
    CONTENT: "hard",
    SPAM: "hard",
    POLICY: "hard",
    HUBSPOT_GLOBAL_BOUNCE: "hard",
    GLOBAL_BOUNCE: "hard",
    OTHER: "hard",
    DMARC: "soft",
    DNS_FAILURE: "soft",
    DOMAIN_REPUTATION: "soft",
    FILTERED: "soft",
    GREYLISTING: "soft",
    IP_REPUTATION: "soft",
    ISP_MISCONFIGURATION: "soft",
    MAILBOX_FULL: "soft",
    MAILBOX_MISCONFIGURATION: "soft",
    SENDING_DOMAIN_MISCONFIGURATION: "soft",
    TEMPORARY_PROBLEM: "soft",
    THROTTLED: "soft",
    TIMEOUT: "soft",
    UNCATEGORIZED: "soft",
  },
};
