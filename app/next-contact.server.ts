import { claimNext } from "#db/queries/follow-ups.ts";
import { type Queue, searchOf } from "./components/queue-search.ts";
import { viewOf } from "./worklist-view.ts";

/**
 * Where a user who wants the next contact of the queue goes: the call screen of the first that is free, claimed already;
 * back to the list when there is none.
 */
export async function nextContact(user_id: number, queue: Queue): Promise<{ url: string; found: boolean }> {
  const contact_id = await claimNext(viewOf(queue, user_id), queue.skipped);
  return contact_id
    ? { url: `/contacts/${contact_id}/call${searchOf(queue)}`, found: true }
    : { url: `/worklist${searchOf({ ...queue, skipped: [] })}`, found: false };
}
