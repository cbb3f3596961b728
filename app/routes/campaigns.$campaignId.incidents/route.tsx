import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Empty } from "#app/components/empty.tsx";
import { Id, parseParams } from "#app/request.ts";
import { checksOf, sendersNamed } from "#app/rules/incidents.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { listIncidents } from "#db/queries/incidents.ts";
import { IncidentCard } from "./card.tsx";

export async function loader({ params, request }: LoaderFunctionArgs) {
  const { organization } = await requireUser(request, "reports");
  const { campaignId } = parseParams(params, z.object({ campaignId: Id }));
  const { incidents, total } = await listIncidents(campaignId);
  return {
    organization,
    total,
    incidents: incidents.map((incident) => ({
      ...incident,
      checks: checksOf(incident),
      senders: sendersNamed(incident),
    })),
  };
}

export type IncidentData = Awaited<ReturnType<typeof loader>>["incidents"][number];

export const handle: Handle = { title: (t) => t("incidents.title") };

export default function Incidents() {
  const { t } = useTranslation();
  const { incidents, total, organization } = useLoaderData<typeof loader>();
  if (incidents.length === 0) return <Empty title={t("incidents.empty.title")} text={t("incidents.empty.text")} />;
  return (
    <>
      <h2 className="sr-only">{t("incidents.title")}</h2>
      <p className="mt-4 max-w-3xl text-muted">{t("incidents.intro")}</p>
      {incidents.map((incident) => (
        <IncidentCard key={incident.id} incident={incident} organization={organization} />
      ))}
      {total > incidents.length ? (
        <p className="mt-4 text-faint">{t("incidents.more", { count: total - incidents.length })}</p>
      ) : null}
    </>
  );
}
