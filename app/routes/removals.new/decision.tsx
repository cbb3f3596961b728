import { useTranslation } from "react-i18next";
import { Key } from "#app/components/key.tsx";
import { removalDecisions } from "#db/lists.ts";

/** Out of the CRM, or kept for the phone. */
export function Decision({ chosen, error }: { chosen?: string; error?: string }) {
  const { t } = useTranslation();
  const hints = { remove: t("removals.ask.removeHint"), "phone-only": t("removals.ask.phoneOnlyHint") };
  return (
    <fieldset aria-describedby={error ? "decision-error" : undefined}>
      <legend className="mb-1.5 text-[13px] font-medium">{t("removals.ask.decision")}</legend>
      <div className="grid gap-2 md:grid-cols-2">
        {removalDecisions.map((decision, index) => (
          <label
            key={decision}
            className="flex items-start gap-2.5 rounded-lg border border-line-strong bg-raised px-3 py-2.5 hover:border-faint has-[:checked]:border-accent has-[:checked]:bg-accent-soft"
          >
            <input
              type="radio"
              name="decision"
              value={decision}
              required
              defaultChecked={chosen === decision}
              aria-keyshortcuts={String(index + 1)}
              className="mt-1"
            />
            <span>
              <span className="flex items-center gap-2 font-medium">
                {t(`removals.decision.${decision}`)} <Key>{String(index + 1)}</Key>
              </span>
              <span className="block text-[12.5px] text-muted">{hints[decision]}</span>
            </span>
          </label>
        ))}
      </div>
      {error ? (
        <p id="decision-error" className="mt-1 text-[12.5px] font-medium text-hard">
          {t(error as "error.choice")}
        </p>
      ) : null}
    </fieldset>
  );
}
