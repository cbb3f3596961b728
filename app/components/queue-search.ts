import type { FollowUpKind } from "#db/schema.ts";

/** What of the worklist somebody works through. */
export type Queue = {
  who: "mine" | "unassigned" | "all";
  kind: FollowUpKind | null;
  campaign: number | null;
  /** Contacts that were passed over, newest last. */
  skipped: number[];
};

/** How many skipped contacts a URL remembers; the oldest come up again. */
export const skippedLimit = 50;

/** The queue as a query string, with its question mark, or nothing for the usual one. */
export function searchOf({ who, kind, campaign, skipped }: Queue): string {
  const search = new URLSearchParams();
  if (who !== "all") search.set("who", who);
  if (kind) search.set("kind", kind);
  if (campaign) search.set("campaign", String(campaign));
  if (skipped.length > 0) search.set("skipped", skipped.slice(-skippedLimit).join("."));
  return search.size > 0 ? `?${search}` : "";
}
