import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseForm, parseParams, requiredText } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { endUserSession } from "#db/queries/sessions.ts";

const OneUser = z.object({ userId: Id });
const Ended = z.object({ session: requiredText(64) });

export const loader = () => redirect("/users");

/** An administrator ends somebody's session: its next request is led to sign-in. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "users");
  const { userId } = parseParams(params, OneUser);
  const form = await parseForm(request, Ended);
  if (!form.ok) throw new Response(null, { status: 400 });
  await endUserSession(userId, form.value.session);
  return redirectWith(`/users/${userId}`, { text: "users.session.ended" });
}
