import type { Source } from "../sources.ts";

/**
 * The events that it publishes, flattened: `bounce.bounceType` of a JSON converter and `bouncebounceType` of AWS's sample view for Athena
 * are the same header here. Every event repeats when the mail was sent.
 */
export const ses: Source = {
  id: "ses",
  name: "Amazon SES",
  page: "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html",
  files: [
    {
      has: ["eventType, mail.timestamp", "notificationType, mail.timestamp", "eventType, bounceType, bounceSubType"],
      headers: {
        eventType: "status",
        notificationType: "status",
        "mail.destination": "email",
        "mail.destination.0": "email",
        destination: "email",
        "mail.timestamp": "sent_at",
        "mail.source": null,
        "mail.commonHeaders.from": null,
        "mail.commonHeaders.subject": null,
        "bounce.bounceType": "bounce_kind",
        bounceType: "bounce_kind",
        "bounce.bounceSubType": "bounce_label",
        bounceSubType: "bounce_label",
        "bounce.bouncedRecipients.0.diagnosticCode": "reason",
        "bounce.bouncedRecipients.diagnosticCode": "reason",
        diagnosticCode: "reason",
        "bounce.bouncedRecipients.0.emailAddress": null,
        "bounce.bouncedRecipients.0.status": "smtp_code",
        "bounce.bouncedRecipients.status": "smtp_code",
        "bounce.timestamp": "bounced_at",
        "open.timestamp": "opened_at",
        "click.timestamp": "clicked_at",
        "delivery.timestamp": null,
        "delivery.smtpResponse": null,
        "complaint.timestamp": null,
      },
      list: "combined",
    },
  ],
  statuses: {
    Send: "sent",
    Delivery: "delivered",
    Open: "opened",
    Click: "clicked",
    Bounce: "bounce",
    Complaint: "complained",
    // Somebody used the unsubscribe link of the mail.
    Subscription: "unsubscribed",
    // It goes on trying, and publishes a bounce when it gives up.
    DeliveryDelay: null,
    // Never sent: a virus in it, a template that lacks data.
    Reject: "unsent",
    "Rendering Failure": "unsent",
  },
  // docs.aws.amazon.com/ses/latest/dg/notification-contents.html, "Bounce types": only a permanent one is to be removed.
  kinds: { Permanent: "hard", Transient: "soft", Undetermined: "soft" },
};
