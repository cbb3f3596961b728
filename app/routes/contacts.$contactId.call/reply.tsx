import { Link, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { PhoneLink } from "#app/components/phone-link.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { loader } from "./route.tsx";

/** What the latest automatic answer tells, whom else it names, and its words to the letter; nothing where it says no more than that a machine answered. */
export function Reply() {
  const { reply, contact } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { date, day } = useFormat();
  if (!reply?.isNews) return null;
  const { news } = reply;
  const told = [
    news.left ? t("calls.reply.left") : null,
    news.closing ? t("calls.reply.closing") : null,
    news.newAddress ? t("calls.reply.newAddress", { email: news.newAddress }) : null,
    news.backOn ? t("calls.reply.backOn", { day: day(news.backOn) }) : null,
  ].filter(Boolean);
  return (
    <section
      aria-label={t("calls.reply.title")}
      className="mt-3 rounded-r-lg border-l-[3px] border-auto bg-auto-soft px-4 py-3"
    >
      <h2 className="font-semibold">
        {t("calls.reply.title")}
        {reply.replied_at ? <span className="font-normal text-muted"> · {date(reply.replied_at)}</span> : null}
      </h2>
      {told.length > 0 ? (
        <ul className="mt-1 list-inside list-disc">
          {told.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      ) : null}
      {news.others.length > 0 ? (
        <>
          <p className="mt-1">{t("calls.reply.others")}</p>
          <ul className="list-inside list-disc [overflow-wrap:anywhere]">
            {news.others.map(({ name, email, phone }) => (
              <li key={`${email} ${phone}`}>
                {[name, email].filter(Boolean).join(" · ")}{" "}
                {phone ? (
                  <>
                    <PhoneLink contact={{ phone, phone_e164: phone }} />{" "}
                    {phone === contact.phone_e164 ? null : (
                      <Link
                        to={`/contacts/${contact.id}/edit?phone=${encodeURIComponent(phone)}`}
                        className="text-[13px]"
                      >
                        {t("calls.reply.takePhone")}
                      </Link>
                    )}
                  </>
                ) : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <p className="mt-1 text-[13px] [overflow-wrap:anywhere] whitespace-pre-line text-muted">
        {t("calls.reply.words")} <q className="text-text">{reply.reason}</q>
      </p>
    </section>
  );
}
