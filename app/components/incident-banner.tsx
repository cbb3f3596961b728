import { useTranslation } from "react-i18next";
import { Badge } from "./badge.tsx";
import { LinkButton } from "./button.tsx";
import { type IncidentFacts, incidentSentence } from "./incident-sentence.ts";

type Props = {
  incident: IncidentFacts & { id: number; campaign_id: number; is_held: boolean; reason: string; total: number };
};

/** Says of a campaign that some of its bounces are one problem and no calls, before anybody phones. */
export function IncidentBanner({ incident }: Props) {
  const { t } = useTranslation();
  const { id, campaign_id, category, is_held, reason, total } = incident;
  return (
    <section
      aria-label={t("incidents.title")}
      className="mt-4.5 flex flex-wrap items-center gap-x-6 gap-y-3 rounded-xl border border-l-[3px] border-line border-l-soft bg-surface px-4 py-3"
    >
      <div className="min-w-0 flex-1 basis-80">
        <h2 className="font-semibold">
          {incidentSentence(incident, t)} {is_held ? <Badge tone="auto">{t("incidents.isHeld")}</Badge> : null}
        </h2>
        <p className="mt-0.5 text-muted">{t(`verdict.todo.${category}`)}</p>
        <p className="mt-0.5 line-clamp-1 text-[12.5px] [overflow-wrap:anywhere] text-faint">{reason}</p>
      </div>
      <LinkButton
        to={`/campaigns/${campaign_id}/incidents${total === 1 ? `#incident-${id}` : ""}`}
        preventScrollReset={total === 1}
      >
        {t("incidents.see", { count: total })}
      </LinkButton>
    </section>
  );
}
