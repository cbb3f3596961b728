import type { Source } from "../sources.ts";

/**
 * The tables of a campaign's report (Reports → Recipient Activity: Contact Email | Bounce reason | First Name | …), and the rows of the API
 * under their own names. Which of the three bounce tabs it was stands in the file's name alone.
 */
export const zoho: Source = {
  id: "zoho",
  name: "Zoho Campaigns",
  page: "https://www.zoho.com/campaigns/help/developers/campaign-recipient-data.html",
  files: [
    {
      has: [
        "Contact Email, Bounce reason",
        "Contact Email, Bounce Type",
        "Contact Email, First Name, Last Name, Company Name",
      ],
    },
    {
      has: ["contactemailaddress, contactid", "contactemailaddress, sentdate", "contactemailaddress, contactfn"],
      headers: {
        contactemailaddress: "email",
        // Whether the contact is active, not what became of the mail.
        contactstatus: null,
        contactid: null,
      },
    },
  ],
  // https://help.zoho.com/portal/en/kb/campaigns/user-guide/reports-and-analytics/articles/how-to-view-report-summary
  statuses: {
    Sent: "sent",
    Delivered: "delivered",
    Opened: "opened",
    Unopened: "unopened",
    Clicked: "clicked",
    Unsubscribed: "unsubscribed",
    "Marked spam": "complained",
    "Hard Bounce": "hard",
    "Soft Bounce": "soft",
    "Auto Reply": "auto-reply",
    Bounced: "bounce",
    Unsent: "unsent",
    Forwards: null,
  },
  // The API's actions.
  fileNames: {
    sentcontacts: "sent",
    openedcontacts: "opened",
    unopenedcontacts: "unopened",
    clickedcontacts: "clicked",
    optoutcontacts: "unsubscribed",
    spamcontacts: "complained",
    senthardbounce: "hard",
    sentsoftbounce: "soft",
  },
};
