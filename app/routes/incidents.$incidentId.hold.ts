import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { may } from "#app/rules/permissions.ts";
import { requireUser } from "#app/session.server.ts";
import { holdIncident } from "#db/queries/incidents.ts";

export const loader = () => redirect("/campaigns");

/** Takes the incident's calls off the worklist, and those that later imports add to it. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "worklist");
  const { incidentId } = parseParams(params, z.object({ incidentId: Id }));
  const done = await holdIncident(incidentId, user.id);
  if (!done) throw new Response(null, { status: 404 });
  const { campaign_id, count } = done;
  return redirectWith(
    may(user.role, "reports") ? `/campaigns/${campaign_id}/incidents#incident-${incidentId}` : "/worklist",
    {
      text: count > 0 ? "incidents.flash.held" : "incidents.flash.heldNone",
      values: { count },
      undo: { action: `/incidents/${incidentId}/release` },
    },
  );
}
