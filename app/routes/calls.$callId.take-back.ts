import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { claimMinutes } from "#app/rules/claim.ts";
import { requireUser } from "#app/session.server.ts";
import { findCall, takeBackCall } from "#db/queries/calls.ts";

const Params = z.object({ callId: Id });

export const loader = () => redirect("/worklist");

/** A call is taken back by who logged it, or by an administrator, and what it did is undone. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "calls");
  const { callId } = parseParams(params, Params);
  const any = user.role === "administrator";
  const taken = await takeBackCall(callId, { user_id: user.id, any, claim_minutes: claimMinutes });
  if ("contact_id" in taken)
    return redirectWith(`/contacts/${taken.contact_id}/call`, { text: "calls.flash.takenBack" });
  if (taken.refusal === "not-yours") throw new Response(null, { status: 403 });
  const call = await findCall(callId);
  if (!call) throw new Response(null, { status: 404 });
  return redirectWith(`/contacts/${call.contact_id}`, { text: `calls.fixed.${taken.refusal}`, tone: "warning" });
}
