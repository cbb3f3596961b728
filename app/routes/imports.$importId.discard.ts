import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { dropFile } from "#app/jobs/files.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { discardDraft, refreshDrafts } from "#db/queries/import-drafts.ts";
import { findImport } from "#db/queries/imports.ts";

const Params = z.object({ importId: Id });

export async function loader({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  return redirect(`/imports/${parseParams(params, Params).importId}`);
}

/** Throws a draft away with its file; what was imported stays. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, Params);
  const discarded = await discardDraft(importId);
  if (discarded) {
    await dropFile(discarded.file_id);
    await refreshDrafts(discarded.campaign_id);
    return redirectWith(`/campaigns/${discarded.campaign_id}/imports`, { text: "imports.discarded" });
  }
  if (!(await findImport(importId))) throw new Response(null, { status: 404 });
  return redirect(`/imports/${importId}`);
}
