import { Link, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { incidentSentence } from "#app/components/incident-sentence.ts";
import { useFormat } from "#app/i18n/format.ts";
import type { loader } from "./route.tsx";

/** Said to who comes here by another way than the worklist: an incident holds this call back, and why. */
export function HeldBack() {
  const { hold, reports } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  if (!hold) return null;
  return (
    <section
      aria-labelledby="held-back"
      className="mt-4 rounded-lg border border-l-[3px] border-line border-l-soft bg-surface px-3.5 py-2.5"
    >
      <h2 id="held-back" className="font-semibold">
        {t("incidents.onCall.title")}
      </h2>
      <p className="mt-0.5">
        {incidentSentence(hold, t)}{" "}
        {reports ? (
          <Link
            to={`/campaigns/${hold.campaign_id}/incidents#incident-${hold.id}`}
            className="inline-block min-h-[24px]"
          >
            {t("incidents.see", { count: 1 })}
          </Link>
        ) : null}
      </p>
      <p className="mt-0.5 text-[13px] text-muted">
        {t("incidents.onCall.text", { name: hold.held_by, time: dateTime(hold.held_at) })}
      </p>
    </section>
  );
}
