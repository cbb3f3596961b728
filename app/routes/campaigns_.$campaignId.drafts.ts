import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { readSettings } from "#app/import-settings.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { updateDrafts } from "#db/queries/import-drafts.ts";

const Params = z.object({ campaignId: Id });

export async function loader({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  return redirect(`/campaigns/${parseParams(params, Params).campaignId}/imports`);
}

/** How the drafts are to be read, as chosen on the review screen, which shows what follows from it. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  const { campaignId } = parseParams(params, Params);
  await updateDrafts(campaignId, await readSettings(request));
  return redirect(`/campaigns/${campaignId}/imports`);
}
