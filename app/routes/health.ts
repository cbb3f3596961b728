import { databaseAnswers } from "#db/queries/database.ts";

/** For monitors and proxies: does the app answer, and its database with it? Needs no sign-in. */
export async function loader() {
  const ok = await databaseAnswers();
  return Response.json(
    { status: ok ? "ok" : "unavailable" },
    { status: ok ? 200 : 503, headers: { "Cache-Control": "no-store" } },
  );
}
