import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { ruleChanged } from "#app/rule-change.server.ts";
import { requireUser } from "#app/session.server.ts";
import { restoreRule } from "#db/queries/rules.ts";

const OneRule = z.object({ ruleId: Id });

export const loader = () => redirect("/rules");

/** Undoes a rule's removal. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "settings");
  const { ruleId } = parseParams(params, OneRule);
  const restored = await restoreRule(ruleId);
  if (restored === "too-many") return redirectWith("/rules", { text: "rules.tooMany", tone: "warning" });
  if (!restored) throw new Response(null, { status: 404 });
  return ruleChanged("restored", restored.name);
}
