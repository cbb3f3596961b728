import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { languageCookie } from "#app/i18n/language.server.ts";
import { parseForm } from "#app/request.ts";
import { findUser, safeReturn } from "#app/session.server.ts";
import { languages } from "#db/lists.ts";
import { updateLanguage } from "#db/queries/users.ts";

const Wanted = z.object({ language: z.enum(languages), next: z.string().catch("/") });

export const loader = () => redirect("/");

/** The language of the pages: kept with the browser, and with the user for the next sign-in elsewhere. */
export async function action({ request }: ActionFunctionArgs) {
  const form = await parseForm(request, Wanted);
  if (!form.ok) return redirect("/");
  const user = await findUser(request);
  if (user) await updateLanguage(user.id, form.value.language);
  return redirect(safeReturn(form.value.next), {
    headers: { "Set-Cookie": await languageCookie.serialize(form.value.language) },
  });
}
