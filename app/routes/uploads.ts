import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { redirectWith } from "#app/flash.server.ts";
import { requireUser } from "#app/session.server.ts";
import { leftOut, receiveUpload } from "#app/upload.server.ts";

export async function loader({ request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  return redirect("/imports/new");
}

/** Files that a script sends while the person goes on working; /imports/new takes the same form. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const received = await receiveUpload(request, user);
  if (!received.ok) return Response.json(received, { status: received.status });
  const isPartly = received.campaign_id && received.empty.length > 0;
  const message = isPartly ? (await redirectWith("/", leftOut(received.empty))).headers.get("Set-Cookie") : null;
  return Response.json(received, { headers: message ? { "Set-Cookie": message } : {} });
}
