import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { findAccount, restoreUser } from "#db/queries/users.ts";

const OneUser = z.object({ userId: Id });

export const loader = () => redirect("/users");

/** Undoes a user's removal. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "users");
  const { userId } = parseParams(params, OneUser);
  const refusal = await restoreUser(userId);
  if (refusal === "email-taken") return redirectWith("/users", { text: "users.emailTaken", tone: "warning" });
  const user = await findAccount(userId);
  if (!user) throw new Response(null, { status: 404 });
  return redirectWith("/users", { text: "users.restored", values: { name: user.name } });
}
