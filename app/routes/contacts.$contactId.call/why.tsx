import { Link, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { Advice, VerdictLine } from "#app/components/verdict.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { loader } from "./route.tsx";

/** Why the contact is to be phoned, in plain words, what one may say, and the source's reason to the letter. */
export function Why() {
  const { bounce, followUp, contact, caller, organization, reports } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { date } = useFormat();
  const line = "mt-1 text-[13px] text-muted";
  return (
    <div className="mt-4 rounded-r-lg border-l-[3px] border-accent bg-accent-soft px-4 py-3">
      {bounce ? (
        <>
          <h2 className="font-semibold">{t(`calls.why.${bounce.kind}`, { count: bounce.campaigns })}</h2>
          {followUp?.kind === "hard" && followUp.soft_in_row > 0 ? (
            <p className="font-medium">{t("worklist.why.softInRow", { count: followUp.soft_in_row })}</p>
          ) : null}
          {bounce.category ? (
            <div className="mt-1">
              <div className="mb-1 font-medium">
                <VerdictLine category={bounce.category} />
              </div>
              <Advice category={bounce.category} email={contact.email} />
            </div>
          ) : (
            <p className="mt-1">
              {t(`calls.say.${bounce.kind}`, { caller: caller.name, organization, email: contact.email })}
            </p>
          )}
          <p className={line}>
            {reports ? <Link to={`/campaigns/${bounce.campaign_id}`}>{bounce.campaign}</Link> : bounce.campaign}
            {bounce.bounced_at ? ` · ${date(bounce.bounced_at)}` : ""}
            {bounce.opened > 0 ? ` · ${t("calls.why.opened", { count: bounce.opened, sent: bounce.sent })}` : ""}
          </p>
          {bounce.reason ? (
            <p className={`${line} [overflow-wrap:anywhere] whitespace-pre-line`}>
              {t("calls.why.reason")} <q className="text-text">{bounce.reason}</q>
            </p>
          ) : (
            <p className={line}>{t("calls.why.noReason")}</p>
          )}
        </>
      ) : (
        <>
          <h2 className="font-semibold">
            {t(followUp ? `calls.why.${followUp.kind === "auto-reply" ? "reply" : "byHand"}` : "calls.why.notListed")}
          </h2>
          <p className={line}>
            {followUp?.opened_by
              ? t("calls.why.byWhom", { name: followUp.opened_by, date: date(followUp.opened_at) })
              : t("calls.why.noBounce")}
          </p>
        </>
      )}
    </div>
  );
}
