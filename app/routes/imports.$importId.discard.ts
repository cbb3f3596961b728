import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { discardDraft, findImport } from "#db/queries/imports.ts";

const Params = z.object({ importId: Id });

export async function loader({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  return redirect(`/imports/${parseParams(params, Params).importId}`);
}

/** Throws a draft away; what was imported stays. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, Params);
  const campaign_id = await discardDraft(importId);
  if (campaign_id) return redirectWith(`/campaigns/${campaign_id}/imports`, { text: "imports.discarded" });
  if (!(await findImport(importId))) throw new Response(null, { status: 404 });
  return redirect(`/imports/${importId}`);
}
