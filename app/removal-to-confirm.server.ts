import { listRemovalCandidates } from "#db/queries/removals.ts";
import type { CallOutcome } from "#db/schema.ts";
import { asksToRemove } from "./rules/next-step.ts";

/**
 * Where a call leads whose outcome asks for a removal that has to be confirmed first: the page that asks for it, and from there to
 * `next`. Undefined where the call asked for it itself, or needs none.
 */
export async function removalToConfirm(call: {
  contact_id: number;
  call_id: number;
  outcome: CallOutcome;
  next: string;
}): Promise<string | undefined> {
  const { contact_id, call_id, outcome, next } = call;
  if (!asksToRemove(outcome)) return undefined;
  const [candidate] = await listRemovalCandidates([contact_id], null);
  if (!candidate || candidate.standing) return undefined;
  return `/removals/new?${new URLSearchParams({ contact: String(contact_id), call: String(call_id), next })}`;
}
