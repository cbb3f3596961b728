import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { readAgain, requestSaving } from "#db/queries/import-drafts.ts";
import { countStaged } from "#db/queries/import-stage.ts";
import { requestUndo } from "#db/queries/import-steps.ts";
import { findImport } from "#db/queries/imports.ts";

const Params = z.object({ importId: Id });
const Again = z.object({ password: z.string().max(1000).optional() });

export async function loader({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  return redirect(`/imports/${parseParams(params, Params).importId}`);
}

/** Does the step again that came to no end: reading, with a password where one was asked for, saving or undoing. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const { importId } = parseParams(params, Params);
  const form = await parseForm(request, Again);
  if (!form.ok) throw new Response(null, { status: 400 });
  const found = await findImport(importId);
  if (!found) throw new Response(null, { status: 404 });
  if (found.state === "saved" && found.failure) await requestUndo(importId, user.id);
  if (found.state !== "draft") return redirect(`/imports/${importId}`);
  // A reading that failed leaves fewer rows than the last one that succeeded had: it was the saving.
  const isRead = (await countStaged(importId)) === found.rows - found.duplicate - found.rejected;
  const isSaving = isRead && found.failure && (await requestSaving(found.campaign_id, [importId])) > 0;
  if (!isSaving) await readAgain(importId, form.value.password);
  return redirect(`/campaigns/${found.campaign_id}/imports`);
}
