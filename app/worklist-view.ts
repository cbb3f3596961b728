import { z } from "zod";
import { followUpKinds } from "#db/lists.ts";
import type { WorklistView } from "#db/queries/follow-ups.ts";
import { type Queue, skippedLimit } from "./components/queue-search.ts";
import { Id } from "./request.ts";
import { claimMinutes } from "./rules/claim.ts";

/** What of the worklist is worked through: the search of the list, and of the call screen, which passes it on. */
export const QueueSearch = z.object({
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

/** The queue as the queries take it. */
export function viewOf(queue: Queue, user_id: number): Omit<WorklistView, "due"> {
  const { who, kind, campaign } = queue;
  return { user_id, who, kind, campaign_id: campaign, claim_minutes: claimMinutes };
}
