import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, Ids, parseForm } from "#app/request.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import { confirmRemovals } from "#db/queries/removals.ts";

const Confirmed = z.object({
  removal: Ids,
  /** Instead of requests: all that a batch handed over. */
  batch: Id.optional(),
  next: z.string().default("/removals"),
});

export const loader = () => redirect("/removals");

/** The CRM administrator says: this has been done in the CRM. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "removals");
  const form = await parseForm(request, Confirmed);
  if (!form.ok) throw new Response(null, { status: 400 });
  const { removal, batch, next } = form.value;
  const back = safeReturn(next);
  if (!batch && removal.length === 0) return redirectWith(back, { text: "removals.flash.noneChosen", tone: "warning" });
  const confirmed = await confirmRemovals(batch ? { batch_id: batch } : { removal_ids: removal }, user.id);
  const [first] = confirmed;
  if (!first) return redirectWith(back, { text: "removals.flash.confirmedNone", tone: "warning" });
  return redirectWith(back, {
    text: "removals.flash.confirmed",
    values: { count: confirmed.length },
    undo: { action: `/removals/${first}/take-back`, fields: { together: "yes", next: back } },
  });
}
