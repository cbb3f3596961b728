import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { redirectWith } from "#app/flash.server.ts";
import { addSample } from "#app/sample.server.ts";
import { requireUser } from "#app/session.server.ts";

export const loader = () => redirect("/");

/** Puts the sample campaign in; where it is already, just leads to it. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const added = await addSample(user.id);
  if ("taken" in added) {
    return redirectWith("/campaigns", { text: "sample.nameTaken", values: { name: added.taken }, tone: "warning" });
  }
  return redirectWith(`/campaigns/${added.campaign_id}`, { text: "sample.added" });
}
