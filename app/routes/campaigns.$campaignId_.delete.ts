import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { deleteEmptyCampaign } from "#db/queries/campaigns.ts";

export const loader = () => redirect("/campaigns");

/** Only a campaign that nothing was imported into goes: what an import brought is taken back by undoing the import. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  const { campaignId } = parseParams(params, z.object({ campaignId: Id }));
  if (await deleteEmptyCampaign(campaignId)) return redirectWith("/campaigns", { text: "campaigns.delete.done" });
  return redirectWith(`/campaigns/${campaignId}`, { text: "campaigns.delete.refused", tone: "warning" });
}
