import type { TFunction } from "i18next";
import { incidentSays } from "#app/components/incident-sentence.ts";
import type { formatter } from "#app/i18n/format.ts";
import { checkTexts } from "./check-texts.ts";
import type { IncidentData } from "./route.tsx";

type Subject = {
  incident: IncidentData;
  campaign?: { name: string; sent_at: Date | null };
  organization: string;
};

/** An incident as plain text for who runs the mail: lines that a form or a mail takes as they are. */
export function supportText(
  { incident, campaign, organization }: Subject,
  t: TFunction,
  format: ReturnType<typeof formatter>,
): string {
  const { addresses, top_hosts, hosts, reasons, senders } = incident;
  const more = hosts - top_hosts.length;
  const places = top_hosts.map(({ name, addresses: count }) => `${name} (${format.number(count)})`).join(", ");
  const facts = [
    campaign && t("incidents.support.campaign", { name: campaign.name }),
    campaign?.sent_at && t("incidents.support.sent", { time: format.dateTime(campaign.sent_at) }),
    t("incidents.support.addresses", { count: addresses }),
    t("incidents.support.hosts", {
      list: more > 0 ? `${places} ${t("incidents.moreHosts", { count: more })}` : places,
    }),
    senders.ips.length > 0 && t("incidents.support.ips", { list: senders.ips.join(", ") }),
    senders.domains.length > 0 && t("incidents.support.domains", { list: senders.domains.join(", ") }),
  ];
  const checks = checkTexts(incident.checks, t).map(
    ({ name, text, page }, index) => `${index + 1}. ${name}: ${text}${page ? ` ${page.url}` : ""}`,
  );
  return [
    t("incidents.support.greeting"),
    `${incidentSays(incident, t)}.`,
    facts.filter(Boolean).join("\n"),
    [t("incidents.support.reasons"), ...reasons.map((reason) => `> ${reason.replaceAll("\n", "\n> ")}`)].join("\n"),
    [t("incidents.support.please"), ...checks].join("\n"),
    `${t("incidents.support.thanks")}\n${organization}`,
  ].join("\n\n");
}
