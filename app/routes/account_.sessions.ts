import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { parseForm, requiredText } from "#app/request.ts";
import { requireUser, sessionDigest } from "#app/session.server.ts";
import { endOtherSessions, endUserSession } from "#db/queries/sessions.ts";

const Ended = z.object({ session: requiredText(64) });

export const loader = () => redirect("/account");

/** Ends one of one's own sessions, or all `others` than this one. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request);
  const form = await parseForm(request, Ended);
  if (!form.ok) throw new Response(null, { status: 400 });
  if (form.value.session === "others") await endOtherSessions(user.id, await sessionDigest(request));
  else await endUserSession(user.id, form.value.session);
  return redirectWith("/account", { text: "users.session.ended" });
}
