import type { BounceKind } from "#db/schema.ts";
import { verdictOf } from "./verdict.ts";

/** Why a contact should perhaps not be taken out of the CRM. */
export type RemovalWarning = "sender-refused" | "not-hard" | "no-bounce";

/**
 * A caution shown before a removal is asked for, exported or confirmed: a refused sender, a bounce that the source
 * doesn't call hard, or no bounce at all says nothing bad about the address. Reads the source's raw reason, whole or cut off.
 * A caution too many costs a look; one too few costs a good customer. Undefined: nothing speaks against it.
 */
export function removalWarning(bounce: {
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
}): RemovalWarning | undefined {
  if (bounce.bounce_kind === null) return "no-bounce";
  if (refusesSender(bounce.bounce_reason ?? "")) return "sender-refused";
  return bounce.bounce_kind === "hard" ? undefined : "not-hard";
}

/** Our server, our domain or our message was refused: the address may be as good as ever. */
function refusesSender(reason: string): boolean {
  const { problem } = verdictOf(reason);
  return problem === "sender" || problem === "message";
}
