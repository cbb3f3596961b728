import { Link, useLoaderData } from "@remix-run/react";
import { Phone as Handset } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "#app/components/button.tsx";
import { Key } from "#app/components/key.tsx";
import { dialled } from "#app/components/phone-link.tsx";
import type { loader } from "./route.tsx";

const link =
  "inline-flex items-center gap-2 rounded-lg border px-3 py-1.5 font-medium whitespace-nowrap no-underline transition-colors duration-100";

/** The phone, large; one key each to dial it, to write there by WhatsApp, and to copy it. */
export function Phone() {
  const { contact } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const number = dialled(contact);
  if (!number)
    return (
      <p className="mt-4 rounded-lg border border-dashed border-line-strong px-3.5 py-3 text-muted">
        {contact.phone ? t("calls.phoneUnreadable", { phone: contact.phone }) : t("calls.noPhone")}{" "}
        <Link to={`/contacts/${contact.id}/edit`}>{t("calls.addPhone")}</Link>
      </p>
    );
  return (
    <>
      <p className="mt-4">
        <a
          href={`tel:${number}`}
          className="text-[28px] leading-tight font-[650] tracking-tight tabular-nums no-underline hover:underline [overflow-wrap:anywhere]"
        >
          {contact.phone}
        </a>
      </p>
      <div className="mt-2.5 flex flex-wrap gap-2">
        <a
          href={`tel:${number}`}
          aria-keyshortcuts="l"
          title={`${t("calls.call")} (L)`}
          className={`${link} border-accent bg-accent text-on-accent hover:bg-accent-strong`}
        >
          <Handset size={15} aria-hidden="true" />
          {t("calls.call")} <Key quiet>L</Key>
        </a>
        {contact.phone_e164 ? (
          <a
            href={`https://wa.me/${contact.phone_e164.replaceAll(/\D/g, "")}`}
            target="_blank"
            rel="noopener noreferrer"
            aria-keyshortcuts="w"
            title={`${t("calls.whatsapp")} (W)`}
            className={`${link} border-line-strong bg-raised hover:border-faint hover:bg-bg`}
          >
            {t("calls.whatsapp")} <Key>W</Key>
          </a>
        ) : null}
        <Button
          type="button"
          aria-keyshortcuts="c"
          title={`${t("calls.copy")} (C)`}
          onClick={async () => {
            await navigator.clipboard?.writeText(number);
            setCopied(Boolean(navigator.clipboard));
          }}
        >
          <span aria-live="polite">{copied ? t("calls.copied") : t("calls.copy")}</span> <Key>C</Key>
        </Button>
      </div>
    </>
  );
}
