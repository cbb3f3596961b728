import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/**
 * The second, deliberate confirmation: not ticked by us, and only there while it is a removal that is asked for. It names the contacts that it
 * was read of, so that it holds for no others.
 */
export function Confirmation({ contacts, chosen, error }: { contacts: number[]; chosen?: string; error?: string }) {
  const { t } = useTranslation();
  const box = useRef<HTMLInputElement>(null);
  const value = contacts.join(",");
  useEffect(() => {
    if (error) box.current?.focus();
  }, [error]);
  return (
    <div className="hidden rounded-xl border border-hard/50 bg-hard-soft px-4 py-3 group-has-[[value=remove]:checked]/ask:block">
      <label className="flex items-start gap-2.5">
        <input
          // Other contacts are another confirmation.
          key={value}
          ref={box}
          type="checkbox"
          name="confirmed"
          value={value}
          defaultChecked={chosen === value}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? "confirmed-hint confirmed-error" : "confirmed-hint"}
          className="mt-1 size-4 shrink-0"
        />
        <span className="font-medium">{t("removals.ask.confirm", { count: contacts.length })}</span>
      </label>
      <p id="confirmed-hint" className="mt-1 pl-6.5 text-[12.5px] text-muted">
        {t("removals.ask.confirmHint")}
      </p>
      {error ? (
        <p id="confirmed-error" role="alert" className="mt-1 pl-6.5 text-[12.5px] font-medium text-hard">
          {t(error as "removals.ask.unconfirmed")}
        </p>
      ) : null}
    </div>
  );
}
