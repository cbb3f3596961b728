import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, Ids, parseForm } from "#app/request.ts";
import { may } from "#app/rules/permissions.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import { assignFollowUps } from "#db/queries/follow-ups.ts";
import { listUsers } from "#db/queries/users.ts";

const Assigned = z.object({
  contact: Ids,
  /** Empty: nobody's any more. */
  user: z.union([z.literal("").transform(() => null), Id]),
  next: z.string().default("/worklist"),
});

export const loader = () => redirect("/worklist");

/** Gives contacts to somebody who may phone them, putting on the worklist who isn't there. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "worklist");
  const form = await parseForm(request, Assigned);
  if (!form.ok) throw new Response(null, { status: 400 });
  const { contact, user: assigned_to, next } = form.value;
  const back = safeReturn(next);
  if (contact.length === 0) return redirectWith(back, { text: "worklist.flash.noneChosen", tone: "warning" });
  const assignee = (await listUsers()).find(({ id, role }) => id === assigned_to && may(role, "worklist"));
  if (assigned_to !== null && !assignee) throw new Response(null, { status: 400 });
  const count = await assignFollowUps(contact, assigned_to, user.id);
  return redirectWith(
    back,
    assignee
      ? { text: "worklist.flash.assigned", values: { count, name: assignee.name } }
      : { text: "worklist.flash.unassigned", values: { count } },
  );
}
