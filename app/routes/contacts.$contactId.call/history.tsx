import { Link, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { Timeline } from "../contacts.$contactId._index/timeline.tsx";
import type { loader } from "./route.tsx";

/** What happened to the contact, as far as one reads while it rings. */
export function History() {
  const { timeline, contact, caller, reports } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <aside id="history" aria-label={t("calls.history")} className="scroll-mt-16">
      <h2 className="mb-3 font-semibold">{t("calls.history")}</h2>
      <Timeline events={timeline.events} caller={caller} linked={reports} />
      {timeline.total > timeline.events.length ? (
        <Link to={`/contacts/${contact.id}`} className="text-[12.5px] text-accent no-underline hover:underline">
          {t("calls.wholeHistory", { count: timeline.total })}
        </Link>
      ) : null}
    </aside>
  );
}
