import type { LoaderFunctionArgs } from "@remix-run/node";
import { readNews } from "#app/news.server.ts";
import { requireUser } from "#app/session.server.ts";

/** How the user's imports are, asked again and again while one runs. */
export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "imports");
  return Response.json(await readNews(user.id), { headers: { "Cache-Control": "no-store" } });
}
