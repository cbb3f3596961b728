import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { PASSWORD_MAX, PASSWORD_MIN } from "#app/rules/password.ts";
import { Field } from "./field.tsx";

type Props = {
  name?: string;
  label: string;
  error?: string;
  /** A password that is chosen here and now: says the rule. */
  fresh?: boolean;
  hint?: string;
  autoFocus?: boolean;
};

/** A password that can be looked at while it is typed, so that nobody has to type it twice. */
export function PasswordField({ name = "password", label, error, fresh = false, hint, autoFocus }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const rule = t("users.password.rule", { min: PASSWORD_MIN });
  return (
    <div className="relative">
      <Field
        name={name}
        label={label}
        type={shown ? "text" : "password"}
        autoComplete={fresh ? "new-password" : "current-password"}
        autoCapitalize="none"
        spellCheck={false}
        required
        minLength={fresh ? PASSWORD_MIN : undefined}
        maxLength={PASSWORD_MAX}
        hint={fresh ? (hint ? `${rule} ${hint}` : rule) : hint}
        error={error}
        autoFocus={autoFocus}
      />
      {/* Without JavaScript it could do nothing. */}
      <button
        type="button"
        hidden={!ready}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute -top-[3px] right-0 min-h-[24px] min-w-[24px] rounded text-[12.5px] font-medium text-accent hover:underline"
      >
        {t(shown ? "users.password.hide" : "users.password.show")}
        <span className="sr-only"> · {label}</span>
      </button>
    </div>
  );
}
