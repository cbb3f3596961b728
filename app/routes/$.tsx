import type { LoaderFunctionArgs } from "@remix-run/node";
import { requireUser } from "#app/session.server.ts";

/** Every URL that names no page: set-up or sign-in first, then "not found". */
export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request);
  throw new Response(null, { status: 404 });
}

/** Never drawn: with a page of its own the route's 404 reaches the one error page instead of an empty answer. */
export default function NoPage() {
  return null;
}
