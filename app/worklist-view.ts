import { z } from "zod";
import { followUpKinds } from "#db/lists.ts";
import type { WorklistView } from "#db/queries/follow-ups.ts";
import { Id } from "./request.ts";
import { claimMinutes } from "./rules/claim.ts";

/** How many skipped contacts a URL remembers; the oldest come up again. */
const skippedLimit = 50;

/** What of the worklist is worked through: the search of the list, and of the call screen, which passes it on. */
export const Queue = z.object({
  who: z.enum(["mine", "unassigned", "all"]).catch("all"),
  kind: z.enum(followUpKinds).nullable().catch(null),
  campaign: Id.nullable().catch(null),
  /** Contacts that were passed over, newest last, divided by points. */
  skipped: z
    .string()
    .transform((text) => text.split(".").flatMap((id) => Id.safeParse(id).data ?? []))
    .transform((ids) => ids.slice(-skippedLimit))
    .catch([]),
});

export type Queue = z.infer<typeof Queue>;

/** The queue as the queries take it. */
export function viewOf(queue: Queue, user_id: number): Omit<WorklistView, "due"> {
  const { who, kind, campaign } = queue;
  return { user_id, who, kind, campaign_id: campaign, claim_minutes: claimMinutes };
}

/** The queue as a query string, with its question mark, or nothing for the usual one. */
export function searchOf({ who, kind, campaign, skipped }: Queue): string {
  const search = new URLSearchParams();
  if (who !== "all") search.set("who", who);
  if (kind) search.set("kind", kind);
  if (campaign) search.set("campaign", String(campaign));
  if (skipped.length > 0) search.set("skipped", skipped.slice(-skippedLimit).join("."));
  return search.size > 0 ? `?${search}` : "";
}
