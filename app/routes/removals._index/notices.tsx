import { Link } from "@remix-run/react";
import { ArrowRight, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { LinkButton } from "#app/components/button.tsx";
import { useFormat } from "#app/i18n/format.ts";

/** Said before everything is exported: some of it should perhaps not be. */
export function Caution({ count, isSeen }: { count: number; isSeen: boolean }) {
  const { t } = useTranslation();
  return (
    <section className="mt-4 flex gap-3 rounded-xl border border-l-[3px] border-line border-l-hard bg-surface px-4 py-3">
      <TriangleAlert size={16} aria-hidden="true" className="mt-0.5 shrink-0 text-hard" />
      <div>
        <h2 className="font-semibold">{t("removals.caution", { count })}</h2>
        <p className="text-muted">{t("removals.cautionText")}</p>
        {isSeen ? null : (
          <LinkButton small to="/removals?verdict=differs" className="mt-2">
            {t("removals.cautionSee")}
          </LinkButton>
        )}
      </div>
    </section>
  );
}

type Correction = {
  contact_id: number;
  old_email: string;
  new_email: string;
  corrected_by: string;
  corrected_at: Date;
};

/** What the next export takes along beside the removals. */
export function Corrections({ total, corrections }: { total: number; corrections: Correction[] }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  return (
    <details className="mt-4 rounded-xl border border-line bg-surface px-4 py-2.5">
      <summary className="min-h-6 hover:text-text">
        <span className="font-medium">{t("removals.corrections", { count: total })}</span>{" "}
        <span className="text-muted">· {t("removals.correctionsText")}</span>
      </summary>
      <ul className="mt-2 border-t border-line">
        {corrections.map((one) => (
          <li key={one.contact_id} className="border-b border-line py-2 last:border-b-0">
            <p className="flex flex-wrap items-center gap-x-2 break-all">
              <s className="text-faint">{one.old_email}</s>
              <ArrowRight size={13} aria-hidden="true" className="text-faint" />
              <Link to={`/contacts/${one.contact_id}`} className="font-medium no-underline hover:underline">
                {one.new_email}
              </Link>
            </p>
            <p className="text-[12.5px] text-faint">
              {t("removals.correctedBy", { name: one.corrected_by, time: dateTime(one.corrected_at) })}
            </p>
          </li>
        ))}
        {total > corrections.length ? (
          <li className="pt-2 text-faint">{t("removals.more", { count: total - corrections.length })}</li>
        ) : null}
      </ul>
    </details>
  );
}
