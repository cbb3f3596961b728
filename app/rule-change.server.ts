import { type Flash, redirectWith } from "./flash.server.ts";
import { checkVerdicts } from "./jobs/verdicts.ts";

/** The redirect that ends a change of the rules. What is stored is read again where other rules are in force now, and the message says so. */
export async function ruleChanged(
  act: "saved" | "removed" | "restored" | "on" | "off" | "moved",
  name: string,
  undo?: Flash["undo"],
): Promise<Response> {
  const isRead = await checkVerdicts();
  return redirectWith("/rules", { text: `rules.${isRead ? "again" : "done"}.${act}`, values: { name }, undo });
}
