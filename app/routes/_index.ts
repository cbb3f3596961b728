import { type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { homeOf } from "#app/rules/permissions.ts";
import { requireUser } from "#app/session.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request);
  return redirect(homeOf(user.role));
}
