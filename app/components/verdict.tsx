import { AtSign, Check, CircleHelp, Clock, FileWarning, Inbox, ShieldAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Category, categories, type Problem } from "#app/rules/verdict/categories.ts";
import { Badge } from "./badge.tsx";

const icons = {
  address: AtSign,
  recipient: Inbox,
  sender: ShieldAlert,
  message: FileWarning,
  passing: Clock,
  nobody: Check,
  unknown: CircleHelp,
} satisfies Record<Problem, typeof AtSign>;

/** What a reason says, as a short sentence, and whose problem it is: our reading, beside which the source's own words stand. */
export function VerdictLine({ category }: { category: Category }) {
  const { t } = useTranslation();
  const { problem } = categories[category];
  const Icon = icons[problem];
  const whose = t(`verdict.problem.${problem}`);
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <span>{t(`verdict.says.${category}`)}</span>
      {problem === "unknown" ? null : (
        <Badge tone={problem === "sender" || problem === "message" ? "soft" : "none"}>
          <Icon size={12} aria-hidden="true" className="mr-1 inline align-[-1px]" />
          <span className="sr-only">{t("verdict.whose")} </span>
          {whose}
        </Badge>
      )}
    </span>
  );
}
