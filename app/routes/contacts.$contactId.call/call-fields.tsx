import { type ChangeEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { faultsInWords } from "#app/components/address-faults.tsx";
import { Field, TextField } from "#app/components/field.tsx";
import { Key } from "#app/components/key.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { RefusedForm } from "#app/request.ts";
import { faultsOf } from "#app/rules/address-faults.ts";
import type { callBackChoices } from "#app/rules/next-step.ts";
import { callOutcomes } from "#db/lists.ts";
import type { CallOutcome } from "#db/schema.ts";
import { Take } from "./offers.tsx";

type CallValues = { outcome?: CallOutcome; note?: string; new_email?: string | null; call_back_at?: Date | null };

type Props = {
  /** What was typed before, where the form is shown again or a call is corrected. */
  values?: CallValues;
  refused?: RefusedForm;
  callBacks: { choice: (typeof callBackChoices)[number]; at: Date }[];
  /** Where a browser keeps what isn't saved yet; with the key of the form that saved it last, which ends the draft. */
  draft?: { name: string; form_key: string; saved_key: string | null };
};

/**
 * The outcome of a call by keys 1–9, what that outcome needs, and a note. Fields come up by CSS, so they do without
 * JavaScript, too.
 */
export function CallFields({ values = {}, refused, callBacks, draft }: Props) {
  const { t } = useTranslation();
  const typed = refused?.values ?? {};
  const outcome = typed.outcome ?? values.outcome;
  const ref = useDraft(draft);
  // Who presses the key 2 goes on typing the address; who walks the choices with the arrows isn't carried away.
  const goOn = (event: ChangeEvent<HTMLInputElement>) => {
    if (event.target.value !== "new-address" || document.activeElement === event.target) return;
    ref.current?.querySelector<HTMLInputElement>('[name="new_email"]')?.focus();
  };
  return (
    <div ref={ref} className="group/call">
      <fieldset>
        <legend className="mb-2 font-semibold">{t("calls.how")}</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {callOutcomes.map((one, index) => (
            <label
              key={one}
              className="flex min-h-12 items-center gap-2.5 rounded-lg border border-line-strong bg-raised px-3 py-2 leading-snug transition-colors duration-100 hover:border-faint has-checked:border-accent has-checked:bg-accent-soft has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus has-disabled:opacity-60"
            >
              <input
                type="radio"
                name="outcome"
                value={one}
                required
                defaultChecked={one === outcome}
                aria-keyshortcuts={String(index + 1)}
                onChange={goOn}
                className="sr-only"
              />
              <Key>{String(index + 1)}</Key>
              <span>{t(`calls.outcome.${one}`)}</span>
            </label>
          ))}
        </div>
        {refused?.errors.outcome ? <Fault text={refused.errors.outcome} /> : null}
      </fieldset>
      <div className="hidden pt-3 group-has-[[value=new-address]:checked]/call:block">
        <NewAddress value={typed.new_email ?? values.new_email ?? ""} error={refused?.errors.new_email} />
      </div>
      <CallBack callBacks={callBacks} at={values.call_back_at ?? null} refused={refused} />
      <TextField
        className="mt-3"
        label={t("calls.field.note")}
        optional
        name="note"
        maxLength={4000}
        defaultValue={typed.note ?? values.note ?? ""}
        error={refused?.errors.note}
      />
    </div>
  );
}

/** The address that the contact gave; what looks mistyped in it is said below, and stands in nobody's way. */
function NewAddress({ value, error }: { value: string; error?: string }) {
  const { t } = useTranslation();
  const [faults, setFaults] = useState(() => faultsOf(value));
  const pause = useRef<ReturnType<typeof setTimeout>>();
  const lookIn = (milliseconds: number, look: () => ReturnType<typeof faultsOf>) => {
    clearTimeout(pause.current);
    pause.current = setTimeout(() => setFaults(look()), milliseconds);
  };
  return (
    <>
      <Field
        label={t("calls.field.newEmail")}
        name="new_email"
        type="text"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        autoComplete="off"
        maxLength={1000}
        defaultValue={value}
        error={error}
        onInput={({ currentTarget: { value } }) => {
          setFaults(undefined);
          // Half an address lacks much. Who pauses has use only for what can be taken over.
          lookIn(700, () => {
            const found = faultsOf(value);
            return found?.meant ? found : undefined;
          });
        }}
        // Not at once: a line that comes up under the mouse would move the button away that is being clicked.
        onBlur={({ currentTarget: { value } }) => lookIn(300, () => faultsOf(value))}
      />
      <div aria-live="polite">
        {faults ? (
          <div className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-[12.5px] [overflow-wrap:anywhere]">
            <p className="min-w-0 text-soft">
              {faultsInWords(faults, t)}{" "}
              {faults.meant ? (
                <b className="font-semibold">{t("calls.offer.youMeant", { email: faults.meant })}</b>
              ) : null}
            </p>
            {faults.meant ? <Take small fill={{ fills: "new_email", email: faults.meant }} /> : null}
          </div>
        ) : null}
      </div>
    </>
  );
}

function CallBack({ callBacks, at, refused }: Pick<Props, "callBacks" | "refused"> & { at: Date | null }) {
  const { t } = useTranslation();
  const { dateTime, local } = useFormat();
  const typed = refused?.values ?? {};
  const chosen = typed.call_back ?? (at ? "other" : callBacks[0]?.at.toISOString());
  const choice =
    "flex min-h-8 items-center gap-2 rounded-lg border border-line-strong bg-raised px-2.5 py-1 has-checked:border-accent has-checked:bg-accent-soft";
  return (
    <fieldset className="hidden pt-3 group-has-[[value=call-back]:checked]/call:block">
      <legend className="mb-1 text-[13px] font-medium">{t("calls.field.callBack")}</legend>
      <div className="flex flex-wrap gap-2">
        {callBacks.map((one) => (
          <label key={one.choice} className={choice} title={dateTime(one.at)}>
            <input
              type="radio"
              name="call_back"
              value={one.at.toISOString()}
              defaultChecked={chosen === one.at.toISOString()}
            />
            {t(`calls.callBack.${one.choice}`)}
          </label>
        ))}
        <label className={choice}>
          <input type="radio" name="call_back" value="other" defaultChecked={chosen === "other"} />
          {t("calls.callBack.other")}
        </label>
      </div>
      <Field
        className="mt-2 max-w-64"
        label={t("calls.field.callBackLocal")}
        hint={t("calls.field.callBackHint")}
        type="datetime-local"
        name="call_back_local"
        defaultValue={typed.call_back_local ?? (at ? local(at) : "")}
        error={refused?.errors.call_back_local}
        onInput={(event) => {
          const other = event.currentTarget.form?.querySelector<HTMLInputElement>('[name="call_back"][value="other"]');
          if (other) other.checked = true;
        }}
      />
    </fieldset>
  );
}

function Fault({ text }: { text: string }) {
  const { t } = useTranslation();
  return <p className="mt-1.5 text-[12.5px] font-medium text-hard">{t(text as "error.invalid")}</p>;
}

/** Keeps what is typed in the browser until it is saved, so that no note is lost to a wrong click or a dead battery. */
function useDraft(draft: Props["draft"]) {
  const ref = useRef<HTMLDivElement>(null);
  const { name, form_key, saved_key } = draft ?? {};
  useEffect(() => {
    const root = ref.current;
    if (!root || !name) return;
    const fields = () =>
      [...root.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].filter(
        ({ name }) => name !== "",
      );
    const kept = readDraft(name);
    if (kept && kept.form_key === saved_key) sessionStorage.removeItem(name);
    else if (kept)
      for (const field of fields()) {
        const value = kept.values[field.name];
        if (value === undefined) continue;
        if (field instanceof HTMLInputElement && field.type === "radio") field.checked ||= field.value === value;
        else if (field.value === "") field.value = value;
      }
    const keep = () => {
      const values = Object.fromEntries(
        fields()
          .filter((field) => !(field instanceof HTMLInputElement && field.type === "radio") || field.checked)
          .map((field) => [field.name, field.value]),
      );
      sessionStorage.setItem(name, JSON.stringify({ form_key, values }));
    };
    root.addEventListener("input", keep);
    root.addEventListener("change", keep);
    return () => {
      root.removeEventListener("input", keep);
      root.removeEventListener("change", keep);
    };
  }, [name, form_key, saved_key]);
  return ref;
}

function readDraft(name: string): { form_key: string; values: Record<string, string> } | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(name) ?? "");
    return typeof kept === "object" && kept !== null && "values" in kept ? (kept as never) : undefined;
  } catch {
    return undefined;
  }
}
