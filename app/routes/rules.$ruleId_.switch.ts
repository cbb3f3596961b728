import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { ruleChanged } from "#app/rule-change.server.ts";
import { requireUser } from "#app/session.server.ts";
import { updateRule } from "#db/queries/rules.ts";

const OneRule = z.object({ ruleId: Id });
const Switched = z.object({ to: z.enum(["on", "off"]) });

export const loader = () => redirect("/rules");

/** Switches a rule on or off. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "settings");
  const { ruleId } = parseParams(params, OneRule);
  const form = await parseForm(request, Switched);
  if (!form.ok) throw new Response(null, { status: 400 });
  const { to } = form.value;
  const rule = await updateRule(ruleId, { is_on: to === "on" });
  if (!rule) throw new Response(null, { status: 404 });
  return ruleChanged(to, rule.name);
}
