import type { TFunction } from "i18next";
import { generalLookup } from "#app/rules/incidents/blocklists.ts";
import type { Check } from "#app/rules/incidents.ts";

/** What is to be checked, in words: its name, how it should be, and the page where one sees it. */
export function checkTexts(
  checks: Check[],
  t: TFunction,
): { name: string; text: string; page: { name: string; url: string } | null }[] {
  return checks.map((check) => {
    if (typeof check === "string") {
      const page = check === "blocklists" ? generalLookup : null;
      return { name: t(`incidents.check.${check}.name`), text: t(`incidents.check.${check}.text`), page };
    }
    const { name, page, closed } = check;
    const kind = page ? "list" : closed ? "closedList" : "privateList";
    return {
      name: t(`incidents.check.${kind}.name`, { name }),
      text: t(`incidents.check.${kind}.text`),
      page: page ? { name, url: page } : null,
    };
  });
}
