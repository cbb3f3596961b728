import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useEffect,
  useId,
} from "react";
import { useTranslation } from "react-i18next";

type Common = { label: string; hint?: ReactNode; error?: string; optional?: boolean; className?: string };

const control =
  "w-full rounded-lg border bg-raised px-2.5 py-1.5 text-text transition-colors duration-100 hover:border-faint aria-invalid:border-hard border-line-strong";

function Around({
  id,
  label,
  hint,
  error,
  optional,
  className = "",
  children,
}: Common & { id: string; children: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => {
    // A form refused without a new document: the browser's autofocus has had its turn.
    if (error) document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus();
  }, [error]);
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-[13px] font-medium">
        {label}
        {optional ? <span className="font-normal text-faint"> · {t("common.optional")}</span> : null}
      </label>
      {children}
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-[12.5px] text-faint">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className="mt-1 text-[12.5px] font-medium text-hard">
          {
            // The schema that refused the field named the key.
            t(error as "error.invalid")
          }
        </p>
      ) : null}
    </div>
  );
}

function wiring(id: string, { hint, error }: Common) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return {
    id,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": described || undefined,
    ...(error ? { autoFocus: true } : {}),
  };
}

/** A labelled input. `error` is a key of i18n, as an action answers it; the first field with one takes the focus. */
export function Field({
  label,
  hint,
  error,
  optional,
  className,
  ...rest
}: Common & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error, optional, className }}>
      <input className={control} {...rest} {...wiring(id, { label, hint, error })} />
    </Around>
  );
}

export function TextField({
  label,
  hint,
  error,
  optional,
  className,
  ...rest
}: Common & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error, optional, className }}>
      <textarea className={`${control} min-h-16`} {...rest} {...wiring(id, { label, hint, error })} />
    </Around>
  );
}

export function Choice({
  label,
  hint,
  error,
  optional,
  className,
  children,
  ...rest
}: Common & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error, optional, className }}>
      <select className={`${control} pr-8`} {...rest} {...wiring(id, { label, hint, error })}>
        {children}
      </select>
    </Around>
  );
}
