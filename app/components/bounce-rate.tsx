import { OctagonAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import { BOUNCE_ALARM, BOUNCE_WARNING, type Figures } from "#app/rules/figures.ts";

/** The bounce rate, its base below; over the limits with a sign and a word. */
export function BounceRate({ figures }: { figures: Pick<Figures, "bounce_rate" | "bounce_level"> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bounce_rate, bounce_level } = figures;
  if (!bounce_rate || !bounce_level) return <span className="text-faint">{t("common.none")}</span>;
  const rate = format.percent(bounce_rate.value);
  const base = <span className="block text-xs font-normal text-faint">{t("campaigns.ofSent")}</span>;
  if (bounce_level === "fine")
    return (
      <span className="tabular-nums">
        {rate}
        {base}
      </span>
    );
  const Sign = bounce_level === "alarm" ? OctagonAlert : TriangleAlert;
  const limit = format.percent(bounce_level === "alarm" ? BOUNCE_ALARM : BOUNCE_WARNING);
  return (
    <span title={t(`campaigns.level.${bounce_level}Hint`, { limit })} className="inline-block align-top tabular-nums">
      <span className={`flex items-center gap-1.5 font-medium ${bounce_level === "alarm" ? "text-hard" : "text-soft"}`}>
        <Sign size={14} aria-hidden="true" className="shrink-0" />
        {rate} · {t(`campaigns.level.${bounce_level}`)}
      </span>
      {base}
    </span>
  );
}
