import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { claimMinutes } from "#app/rules/claim.ts";
import { requireUser } from "#app/session.server.ts";
import { dismissFollowUp, reopenFollowUp } from "#db/queries/follow-ups.ts";

const Params = z.object({ contactId: Id });
const Dismissed = z.object({
  /** The follow-up whose dismissal is taken back. */
  undo: Id.optional(),
});

export const loader = () => redirect("/worklist");

/** Takes a contact off the worklist without a call, or takes that back. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "worklist");
  const { contactId } = parseParams(params, Params);
  const form = await parseForm(request, Dismissed);
  if (!form.ok) throw new Response(null, { status: 400 });
  const back = `/contacts/${contactId}`;
  if (form.value.undo) {
    const reopened = await reopenFollowUp(contactId, form.value.undo);
    return redirectWith(
      back,
      reopened ? { text: "worklist.flash.reopened" } : { text: "worklist.flash.notReopened", tone: "warning" },
    );
  }
  const dismissed = await dismissFollowUp(contactId, user.id, claimMinutes);
  if (!dismissed) return redirectWith(back, { text: "worklist.flash.notDismissed", tone: "warning" });
  return redirectWith(back, {
    text: "worklist.flash.dismissed",
    undo: { action: `/contacts/${contactId}/dismiss`, fields: { undo: String(dismissed) } },
  });
}
