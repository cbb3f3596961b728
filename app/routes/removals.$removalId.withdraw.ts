import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { may } from "#app/rules/permissions.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import { findRemoval, withdrawRemovals } from "#db/queries/removals.ts";

const Params = z.object({ removalId: Id });
const Withdrawn = z.object({
  /** The undo of a request just made, with all that was asked along with it. */
  together: z.literal("yes").optional(),
  next: z.string().optional(),
});

export const loader = () => redirect("/");

/** A request is taken back by who asked for it, or by an administrator. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "ask-removal");
  const { removalId } = parseParams(params, Params);
  const form = await parseForm(request, Withdrawn);
  const removal = await findRemoval(removalId);
  if (!removal) throw new Response(null, { status: 404 });
  if (!form.ok) throw new Response(null, { status: 400 });
  if (removal.requested_by !== user.id && user.role !== "administrator") throw new Response(null, { status: 403 });

  const { together, next } = form.value;
  const contacts = await withdrawRemovals(removalId, user.id, { together: together === "yes" });
  const back = next ? safeReturn(next) : `/contacts/${removal.contact_id}`;
  if (contacts.length === 0) return redirectWith(back, { text: "removals.flash.withdrawLate", tone: "warning" });
  const offered = !together && may(user.role, "worklist");
  return redirectWith(back, {
    text: "removals.flash.withdrawn",
    values: { count: contacts.length },
    offer: offered
      ? {
          text: "removals.flash.callAgain",
          action: "/follow-ups",
          fields: { contact: String(removal.contact_id), next: back },
        }
      : undefined,
  });
}
