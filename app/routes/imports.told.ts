import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { Ids, parseForm } from "#app/request.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import { noteTold } from "#db/queries/imports.ts";

const Told = z.object({ import: Ids, next: z.string().catch("/imports") });

export async function loader({ request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  return redirect("/imports");
}

/** The user has seen how these imports ended. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const form = await parseForm(request, Told);
  if (!form.ok) throw new Response(null, { status: 400 });
  await noteTold(user.id, form.value.import);
  return redirect(safeReturn(form.value.next));
}
