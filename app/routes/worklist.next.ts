import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { redirectWith } from "#app/flash.server.ts";
import { nextContact } from "#app/next-contact.server.ts";
import { parseSearch } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { QueueSearch } from "#app/worklist-view.ts";

export const loader = () => redirect("/worklist");

/** The next contact of the queue, claimed for the user. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "calls");
  const { url, found } = await nextContact(user.id, parseSearch(request, QueueSearch));
  return found ? redirect(url) : redirectWith(url, { text: "worklist.flash.nothingDue" });
}
