import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { searchOf } from "#app/components/queue-search.ts";
import { redirectWith } from "#app/flash.server.ts";
import { nextContact } from "#app/next-contact.server.ts";
import { Id, parseForm, parseParams, parseSearch } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { QueueSearch } from "#app/worklist-view.ts";
import { releaseFollowUp } from "#db/queries/follow-ups.ts";

const Params = z.object({ contactId: Id });
const Skipped = z.object({ leave: z.literal("yes").optional() });

export const loader = () => redirect("/worklist");

/** Lets the contact go without a call: on to the next one, or back to the list. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "calls");
  const { contactId } = parseParams(params, Params);
  const queue = parseSearch(request, QueueSearch);
  const form = await parseForm(request, Skipped);
  await releaseFollowUp(contactId, user.id);
  if (form.ok && form.value.leave) return redirect(`/worklist${searchOf({ ...queue, skipped: [] })}`);
  const skipped = [...queue.skipped.filter((id) => id !== contactId), contactId];
  const { url, found } = await nextContact(user.id, { ...queue, skipped });
  return found ? redirect(url) : redirectWith(url, { text: "worklist.flash.onlySkipped" });
}
