import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { incidentChanged } from "#app/incident-change.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { releaseIncident } from "#db/queries/incidents.ts";

export const loader = () => redirect("/campaigns");

/** Sets the incident's calls free together: its cause is mended. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "worklist");
  const { incidentId } = parseParams(params, z.object({ incidentId: Id }));
  return incidentChanged("released", incidentId, user, await releaseIncident(incidentId, user.id));
}
