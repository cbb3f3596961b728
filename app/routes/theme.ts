import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { parseForm } from "#app/request.ts";
import { safeReturn } from "#app/session.server.ts";
import { themeCookie } from "#app/theme.server.ts";

const Wanted = z.object({ theme: z.enum(["light", "dark", "system"]), next: z.string().catch("/") });

export const loader = () => redirect("/");

export async function action({ request }: ActionFunctionArgs) {
  const form = await parseForm(request, Wanted);
  if (!form.ok) return redirect("/");
  return redirect(safeReturn(form.value.next), {
    headers: { "Set-Cookie": await themeCookie.serialize(form.value.theme) },
  });
}
