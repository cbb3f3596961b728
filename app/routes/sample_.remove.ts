import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { redirectWith } from "#app/flash.server.ts";
import { requireUser } from "#app/session.server.ts";
import { removeSample } from "#db/queries/sample.ts";

export const loader = () => redirect("/");

export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  await removeSample(user.id);
  return redirectWith("/campaigns", { text: "sample.removed" });
}
