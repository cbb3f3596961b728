import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { Id, parseParams } from "#app/request.ts";
import { ruleChanged } from "#app/rule-change.server.ts";
import { requireUser } from "#app/session.server.ts";
import { removeRule } from "#db/queries/rules.ts";

const OneRule = z.object({ ruleId: Id });

export const loader = () => redirect("/rules");

export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "settings");
  const { ruleId } = parseParams(params, OneRule);
  const removed = await removeRule(ruleId);
  if (!removed) throw new Response(null, { status: 404 });
  return ruleChanged("removed", removed.name, { action: `/rules/${ruleId}/restore` });
}
