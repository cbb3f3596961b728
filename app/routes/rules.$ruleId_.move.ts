import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { Id, parseForm, parseParams } from "#app/request.ts";
import { ruleChanged } from "#app/rule-change.server.ts";
import { requireUser } from "#app/session.server.ts";
import { moveRule } from "#db/queries/rules.ts";

const OneRule = z.object({ ruleId: Id });
const Moved = z.object({ direction: z.enum(["up", "down"]) });

export const loader = () => redirect("/rules");

/** Changes a rule's place with its neighbour's. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "settings");
  const { ruleId } = parseParams(params, OneRule);
  const form = await parseForm(request, Moved);
  if (!form.ok) throw new Response(null, { status: 400 });
  const rule = await moveRule(ruleId, form.value.direction);
  if (!rule) throw new Response(null, { status: 404 });
  return ruleChanged("moved", rule.name);
}
