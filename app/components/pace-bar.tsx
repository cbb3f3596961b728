import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import type { Pace } from "#app/rules/pace.ts";
import { Bar } from "./bar.tsx";

type Props = {
  pace: Pace;
  label: string;
  /** Only what is needed most. */
  slim?: boolean;
};

/** How far a step of an import is: in a bar, in rows, how fast, how long it will take. */
export function PaceBar({ pace, label, slim = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { done, total, share, rate, left } = pace;
  const said = [
    share === null ? (done === null ? t("imports.pace.waiting") : null) : format.share(share),
    done !== null && total && !slim ? t("imports.pace.rows", { done, total }) : null,
    rate !== null && !slim ? t("imports.pace.rate", { rate: format.rough(rate) }) : null,
    left !== null && left >= 1 ? t("imports.pace.left", { time: format.duration(left) }) : null,
  ];
  return <Bar share={share} label={label} said={said.filter((text) => text !== null).join(" · ")} />;
}
