import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { RemovalWarning } from "#app/rules/removal-warning.ts";

const warnings: RemovalWarning[] = ["sender-refused", "not-hard", "no-bounce"];

/** What speaks against asking, said before it is asked. */
export function Warnings({ found }: { found: (RemovalWarning | undefined)[] }) {
  const { t } = useTranslation();
  return warnings.map((warning) => {
    const count = found.filter((one) => one === warning).length;
    if (count === 0) return null;
    const grave = warning === "sender-refused";
    return (
      <section
        key={warning}
        className={`mt-4 flex gap-3 rounded-xl border border-l-[3px] border-line bg-surface px-4 py-3 ${grave ? "border-l-hard" : "border-l-soft"}`}
      >
        <TriangleAlert
          size={16}
          aria-hidden="true"
          className={`mt-0.5 shrink-0 ${grave ? "text-hard" : "text-soft"}`}
        />
        <div>
          <h2 className="font-semibold">{t(`removals.warning.${warning}.title`, { count })}</h2>
          <p className="text-muted">{t(`removals.warning.${warning}.text`)}</p>
        </div>
      </section>
    );
  });
}
