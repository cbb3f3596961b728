import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Ids, parseForm } from "#app/request.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import { dropFollowUps, openFollowUps } from "#db/queries/follow-ups.ts";

const Added = z.object({
  contact: Ids,
  next: z.string().default("/worklist"),
  /** The moment of an earlier adding, which is taken back. */
  undo: z.iso.datetime({ offset: true }).optional(),
});

export const loader = () => redirect("/worklist");

/** Puts contacts on the worklist by hand. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "worklist");
  const form = await parseForm(request, Added);
  if (!form.ok) throw new Response(null, { status: 400 });
  const { contact, next, undo } = form.value;
  const back = safeReturn(next);
  if (undo) {
    const count = await dropFollowUps(user.id, undo);
    return redirectWith(back, { text: "worklist.flash.dropped", values: { count } });
  }
  if (contact.length === 0) return redirectWith(back, { text: "worklist.flash.noneChosen", tone: "warning" });
  const { opened, opened_at } = await openFollowUps(contact, user.id);
  const standing = new Set(contact).size - opened;
  if (opened === 0) return redirectWith(back, { text: "worklist.flash.addedNone", tone: "warning" });
  return redirectWith(back, {
    text: standing > 0 ? "worklist.flash.addedSome" : "worklist.flash.added",
    values: { count: opened, standing },
    undo: { action: "/follow-ups", fields: { undo: opened_at, next: back } },
  });
}
