import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { claimMinutes } from "#app/rules/claim.ts";
import { requireUser } from "#app/session.server.ts";
import { claimFollowUp } from "#db/queries/follow-ups.ts";

const Params = z.object({ contactId: Id });
const Renewed = z.object({
  /** The call screen renews without leaving the page. */
  stay: z.literal("yes").optional(),
});

export const loader = () => redirect("/worklist");

/** Claims the contact, or renews the claim; answers who has it then. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "calls");
  const { contactId } = parseParams(params, Params);
  const form = await parseForm(request, Renewed);
  const claim = await claimFollowUp(contactId, user.id, claimMinutes);
  if (!form.ok || !form.value.stay) return redirect(`/contacts/${contactId}/call${new URL(request.url).search}`);
  return Response.json({ mine: claim?.user_id === user.id });
}
