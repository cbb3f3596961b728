import type { TFunction } from "i18next";
import { isIncidentCategory } from "#app/rules/incidents.ts";
import { categories } from "#app/rules/verdict/categories.ts";
import type { VerdictCategory } from "#db/schema.ts";

/** As a query answers it: `host` is the one with most addresses. */
export type IncidentFacts = { category: VerdictCategory; addresses: number; hosts: number; host: string };

/** "6 addresses at 4 hosts refused our server", without a full stop. */
export function incidentSays({ category, addresses, hosts, host }: IncidentFacts, t: TFunction): string {
  // Stored before the category was taken out of the rules.
  if (!isIncidentCategory(category)) return t(`verdict.says.${category}`);
  const at = hosts === 1 ? t("incidents.atHost", { host }) : t("incidents.atHosts", { count: hosts });
  return t(`incidents.says.${category}`, { who: t("incidents.who", { count: addresses, hosts: at }) });
}

/** The same with what it means: "…: one problem of ours, not 6 phone calls." */
export function incidentSentence(incident: IncidentFacts, t: TFunction): string {
  const { category, addresses } = incident;
  const says = incidentSays(incident, t);
  const { problem } = categories[category];
  if (problem !== "sender" && problem !== "message" && problem !== "recipient" && problem !== "passing") return says;
  return t("incidents.sentence", { says, means: t(`incidents.means.${problem}`, { count: addresses }) });
}
