import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import { findRemoval, takeBackDecision } from "#db/queries/removals.ts";

const Params = z.object({ removalId: Id });
const TakenBack = z.object({
  /** All that was decided in the same act. */
  together: z.literal("yes").optional(),
  next: z.string().default("/removals"),
});

export const loader = () => redirect("/removals");

/** A confirmation or a keeping that was a slip. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "removals");
  const { removalId } = parseParams(params, Params);
  const form = await parseForm(request, TakenBack);
  if (!(await findRemoval(removalId))) throw new Response(null, { status: 404 });
  if (!form.ok) throw new Response(null, { status: 400 });
  const { taken, left } = await takeBackDecision(removalId, { together: form.value.together === "yes" });
  const back = safeReturn(form.value.next);
  if (taken === 0) return redirectWith(back, { text: "removals.flash.takenBackNone", tone: "warning" });
  return left === 0
    ? redirectWith(back, { text: "removals.flash.takenBack", values: { count: taken } })
    : redirectWith(back, { text: "removals.flash.takenBackSome", values: { taken, left }, tone: "warning" });
}
