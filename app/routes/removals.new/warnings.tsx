import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RemovalWarning } from "#app/rules/removal-warning.ts";

/** What speaks against asking, said before it is asked, with those of whom it is said. */
export function Warned({ warning, count, children }: { warning: RemovalWarning; count: number; children: ReactNode }) {
  const { t } = useTranslation();
  const grave = warning === "sender-refused";
  return (
    <section
      className={`mt-4 rounded-xl border border-l-[3px] border-line bg-surface px-4 py-3 ${grave ? "border-l-hard" : "border-l-soft"}`}
    >
      <div className="flex gap-3">
        <TriangleAlert
          size={16}
          aria-hidden="true"
          className={`mt-0.5 shrink-0 ${grave ? "text-hard" : "text-soft"}`}
        />
        <div>
          <h2 className="font-semibold">{t(`removals.warning.${warning}.title`, { count })}</h2>
          <p className="text-muted">{t(`removals.warning.${warning}.text`)}</p>
        </div>
      </div>
      {children}
    </section>
  );
}
