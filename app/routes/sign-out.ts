import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { stopSession } from "#app/session.server.ts";

export const loader = () => redirect("/");

export async function action({ request }: ActionFunctionArgs) {
  return redirect("/sign-in", { headers: { "Set-Cookie": await stopSession(request) } });
}
