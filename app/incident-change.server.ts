import type { SessionUser } from "#db/queries/sessions.ts";
import { redirectWith } from "./flash.server.ts";
import { may } from "./rules/permissions.ts";

const opposite = { held: "release", released: "hold" } as const;

/** The redirect that ends a holding or a releasing, with the way back; 404 where there is no such incident. Who may not see reports is back on the worklist. */
export function incidentChanged(
  act: keyof typeof opposite,
  incident_id: number,
  user: SessionUser,
  done: { campaign_id: number; count: number } | undefined,
): Promise<Response> {
  if (!done) throw new Response(null, { status: 404 });
  const { campaign_id, count } = done;
  const url = may(user.role, "reports") ? `/campaigns/${campaign_id}/incidents#incident-${incident_id}` : "/worklist";
  return redirectWith(url, {
    text: count > 0 ? `incidents.flash.${act}` : `incidents.flash.${act}None`,
    values: { count },
    undo: { action: `/incidents/${incident_id}/${opposite[act]}` },
  });
}
