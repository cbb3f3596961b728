import type { TFunction } from "i18next";
import { AtSign, CalendarClock, SpellCheck, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { faultsInWords } from "#app/components/address-faults.tsx";
import { Button } from "#app/components/button.tsx";
import { Key } from "#app/components/key.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { Fill, Offer } from "#app/rules/offers.ts";

/** One for each offer, as far as they go; those after them are taken by a click. */
const keys = ["T", "Y", "G"];

/** What is probably so, inside the form that it would fill in: with how it is known, and the key that takes it over. */
export function Offers({ offers }: { offers: Offer[] }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  if (offers.length === 0) return null;
  return (
    <ul aria-label={t("calls.offer.title")} className="mb-4 space-y-2">
      {offers.map((offer, index) => (
        <li
          key={offer.fills === "new_email" ? offer.email : offer.at.toISOString()}
          className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line-strong bg-raised px-3.5 py-2.5"
        >
          <Icon kind={offer.because.kind} />
          <div className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">
            <p className="font-semibold">
              {offer.fills === "new_email"
                ? t("calls.offer.newEmail", { email: offer.email })
                : t("calls.offer.callBack", { time: dateTime(offer.at) })}
            </p>
            <p className="text-[13px] text-muted">
              {becauseOf(offer, t)} {t("calls.offer.confirm")}
            </p>
          </div>
          <Take fill={offer} shortcut={keys[index]} />
        </li>
      ))}
    </ul>
  );
}

function Icon({ kind }: { kind: Offer["because"]["kind"] }) {
  const Drawn = { mistyped: SpellCheck, "new-address": AtSign, other: UserRound, back: CalendarClock }[kind];
  return <Drawn size={17} aria-hidden="true" className="shrink-0 text-accent max-sm:hidden" />;
}

function becauseOf({ because }: Offer, t: TFunction): string {
  if (because.kind === "mistyped") return faultsInWords(because.faults, t);
  if (because.kind === "other") return t("calls.offer.other", { name: because.name ?? t("calls.offer.somebody") });
  return t(`calls.offer.${because.kind}`);
}

type TakeProps = { fill: Fill; shortcut?: string; small?: boolean };

/** Puts what is offered into the form around it, and the cursor there. Nothing is saved. */
export function Take({ fill, shortcut, small }: TakeProps) {
  const { t } = useTranslation();
  const { local } = useFormat();
  const label = t(`calls.offer.take.${fill.fills}`);
  const fields: Record<string, string> =
    fill.fills === "new_email"
      ? { outcome: "new-address", new_email: fill.email }
      : { outcome: "call-back", call_back: "other", call_back_local: local(fill.at) };
  return (
    <Button
      type="button"
      small={small}
      // Without scripts one chooses the outcome and copies what stands beside it.
      className="noscript:hidden"
      aria-keyshortcuts={shortcut?.toLowerCase()}
      title={shortcut ? `${label} (${shortcut})` : undefined}
      onClick={({ currentTarget: { form } }) => form && fillIn(form, fields)}
    >
      {label} {shortcut ? <Key>{shortcut}</Key> : null}
    </Button>
  );
}

function fillIn(form: HTMLFormElement, fields: Record<string, string>) {
  for (const [name, value] of Object.entries(fields)) {
    const control = form.elements.namedItem(name);
    // The value of radio buttons is the one that is checked.
    if (control instanceof RadioNodeList) control.value = value;
    if (!(control instanceof HTMLInputElement)) continue;
    control.value = value;
    // Whoever listens to typing (the draft, what warns of slips) hears of this, too.
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.focus();
  }
}
