import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import { requestCancel } from "#db/queries/import-steps.ts";
import { findImport } from "#db/queries/imports.ts";

const Params = z.object({ importId: Id });
const Where = z.object({ next: z.string().optional().catch(undefined) });

export async function loader({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  return redirect(`/imports/${parseParams(params, Params).importId}`);
}

/** Asks what runs to end; nothing of it stays. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, Params);
  const form = await parseForm(request, Where);
  const found = await findImport(importId);
  if (!found) throw new Response(null, { status: 404 });
  await requestCancel(importId);
  const next = form.ok && form.value.next ? safeReturn(form.value.next) : `/campaigns/${found.campaign_id}/imports`;
  return redirect(next);
}
