import type { ImportList } from "#db/schema.ts";

/** Bounce rates from which a sender has something to look at, and from which platforms stop a campaign (Zoho: 5 %). */
export const BOUNCE_WARNING = 0.02;
export const BOUNCE_ALARM = 0.05;

/** Counted by us from an imported list, taken from what the source reported, or not to be had. */
export type Figure = { value: number; base: "counted" | "reported" } | { value: null; base: "unknown" };

/** A share of 0–1 with what it is a share of; null when either figure is unknown or the base is nothing. */
export type Rate = { value: number; of: "sent" | "delivered" | "opened" } | null;

export type CampaignCounts = {
  sent: number;
  opened: number;
  clicked: number;
  hard: number;
  soft: number;
  auto_reply: number;
  removed: number;
  /** The lists whose import is saved. */
  lists: readonly ImportList[];
  reported_sent: number | null;
  reported_delivered: number | null;
  reported_opened: number | null;
  reported_clicked: number | null;
  reported_unopened: number | null;
  reported_hard: number | null;
  reported_soft: number | null;
  reported_auto_reply: number | null;
};

const figureNames = ["sent", "delivered", "opened", "clicked", "unopened", "hard", "soft", "auto_reply"] as const;
export type FigureName = (typeof figureNames)[number];

export type Figures = Record<FigureName, Figure> & {
  bounced: Figure;
  delivered_rate: Rate;
  open_rate: Rate;
  click_rate: Rate;
  click_to_open_rate: Rate;
  unopened_rate: Rate;
  bounce_rate: Rate;
  /** How grave the bounce rate is; undefined when it isn't known. */
  bounce_level: "fine" | "warning" | "alarm" | undefined;
  /** What would have to be imported, or entered as the source's total, for the rates to be known. */
  missing: ("sent" | "opened" | "clicked" | "hard" | "soft")[];
};

const unknown: Figure = { value: null, base: "unknown" };
const counted = (value: number): Figure => ({ value, base: "counted" });
const reported = (value: number | null): Figure =>
  value === null ? unknown : { value: Math.max(0, value), base: "reported" };

/**
 * Every figure of a campaign with its base. We count what a list brought whole; where a list is missing, the source's own
 * total stands in, and where there is none the figure is unknown rather than wrong: the rows of a bounce list alone say
 * nothing about how many were sent.
 * Rates as the source's pages define them: opens and clicks of delivered, bounces (hard and soft, never auto-replies) of
 * sent, click-to-open of unique opens. Contacts out of the CRM are in no figure, so they leave the reported `sent` too.
 */
export function figuresOf(campaign: CampaignCounts): Figures {
  const has = (...lists: ImportList[]) => lists.some((list) => campaign.lists.includes(list));
  const bounces = campaign.hard + campaign.soft;
  // A combined file that holds nothing but bounces and auto-replies is a bounce list by another name.
  const combined = has("combined") && campaign.sent > bounces + campaign.auto_reply;
  const whole =
    has("sent") || combined || ((has("delivered") || (has("opened") && has("unopened"))) && has("hard") && has("soft"));

  const hard = has("hard", "combined") ? counted(campaign.hard) : reported(campaign.reported_hard);
  const soft = has("soft", "combined") ? counted(campaign.soft) : reported(campaign.reported_soft);
  const bounced = sum(hard, soft);
  const reportedSent =
    campaign.reported_sent ??
    (campaign.reported_delivered === null || campaign.reported_hard === null || campaign.reported_soft === null
      ? null
      : campaign.reported_delivered + campaign.reported_hard + campaign.reported_soft);
  const sent = whole
    ? counted(campaign.sent)
    : reported(reportedSent === null ? null : reportedSent - campaign.removed);
  const computedDelivered = difference(sent, bounced);
  const delivered = computedDelivered.base === "unknown" ? reported(campaign.reported_delivered) : computedDelivered;
  const opened = has("opened") || combined ? counted(campaign.opened) : reported(campaign.reported_opened);
  const clicked = has("clicked") || combined ? counted(campaign.clicked) : reported(campaign.reported_clicked);
  const computedUnopened = difference(delivered, opened);
  const unopened = computedUnopened.base === "unknown" ? reported(campaign.reported_unopened) : computedUnopened;
  const auto_reply =
    has("auto-reply", "combined") || campaign.auto_reply > 0
      ? counted(campaign.auto_reply)
      : reported(campaign.reported_auto_reply);

  const bounce_rate = rate(bounced, sent, "sent");
  return {
    sent,
    delivered,
    opened,
    clicked,
    unopened,
    hard,
    soft,
    auto_reply,
    bounced,
    delivered_rate: rate(delivered, sent, "sent"),
    open_rate: rate(opened, delivered, "delivered"),
    click_rate: rate(clicked, delivered, "delivered"),
    click_to_open_rate: rate(clicked, opened, "opened"),
    unopened_rate: rate(unopened, delivered, "delivered"),
    bounce_rate,
    bounce_level: bounce_rate === null ? undefined : levelOf(bounce_rate.value),
    missing: (["sent", "opened", "clicked", "hard", "soft"] as const).filter(
      (name) => ({ sent, opened, clicked, hard, soft })[name].base === "unknown",
    ),
  };
}

function levelOf(share: number): "fine" | "warning" | "alarm" {
  if (share > BOUNCE_ALARM) return "alarm";
  return share > BOUNCE_WARNING ? "warning" : "fine";
}

function sum(one: Figure, other: Figure): Figure {
  if (one.value === null || other.value === null) return unknown;
  return { value: one.value + other.value, base: baseOf(one, other) };
}

function difference(whole: Figure, part: Figure): Figure {
  if (whole.value === null || part.value === null) return unknown;
  return { value: Math.max(0, whole.value - part.value), base: baseOf(whole, part) };
}

const baseOf = (...figures: Figure[]) => (figures.every(({ base }) => base === "counted") ? "counted" : "reported");

function rate(part: Figure, whole: Figure, of: "sent" | "delivered" | "opened"): Rate {
  return part.value === null || !whole.value ? null : { value: part.value / whole.value, of };
}
