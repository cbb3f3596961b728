import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { findAccount, removeUser } from "#db/queries/users.ts";

const OneUser = z.object({ userId: Id });

export const loader = () => redirect("/users");

export async function action({ params, request }: ActionFunctionArgs) {
  const own = await requireUser(request, "users");
  const { userId } = parseParams(params, OneUser);
  const user = await findAccount(userId);
  if (!user) throw new Response(null, { status: 404 });
  // Who removes themself couldn't undo it.
  if (userId === own.id) return redirectWith("/users", { text: "users.notYourself", tone: "warning" });
  if (await removeUser(userId)) return redirectWith("/users", { text: "users.lastAdministrator", tone: "warning" });
  const undo = { action: `/users/${userId}/restore` };
  return redirectWith("/users", { text: "users.removed", values: { name: user.name }, undo });
}
