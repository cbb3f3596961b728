import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { incidentChanged } from "#app/incident-change.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { holdIncident } from "#db/queries/incidents.ts";

export const loader = () => redirect("/campaigns");

/** Takes the incident's calls off the worklist, and those that later imports add to it. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "worklist");
  const { incidentId } = parseParams(params, z.object({ incidentId: Id }));
  return incidentChanged("held", incidentId, user, await holdIncident(incidentId, user.id));
}
