import { Link, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { Badge } from "#app/components/badge.tsx";
import { nameOf } from "#app/components/contact-name.ts";
import { FollowUpBadge, whyOf } from "#app/components/follow-up-why.tsx";
import { searchOf } from "#app/components/queue-search.ts";
import { useFormat } from "#app/i18n/format.ts";
import type { loader } from "./route.tsx";

/** Who comes next, and which colleague is on the phone with whom. */
export function Line() {
  const { line, waiting, contact, queue, claims } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { number } = useFormat();
  const search = searchOf(queue);
  return (
    <div className="sticky top-16">
      <div className="mb-2 flex items-center gap-2">
        <h2 className="text-base font-semibold">{t("calls.line")}</h2>
        <span className="ml-auto">
          <Badge>{number(waiting)}</Badge>
        </span>
      </div>
      <ol className="-mx-2.5 space-y-1">
        {line.map((row) => (
          <li key={row.contact_id}>
            <Link
              to={`/contacts/${row.contact_id}/call${search}`}
              aria-current={row.contact_id === contact.id ? "true" : undefined}
              className="block rounded-lg border border-transparent px-2.5 py-2 no-underline transition-colors duration-100 hover:bg-line/40 aria-[current]:border-accent/50 aria-[current]:bg-accent-soft"
            >
              <span className="flex items-start gap-2">
                <b className="min-w-0 flex-1 font-semibold [overflow-wrap:anywhere]">{nameOf(row)}</b>
                {row.is_call_back ? (
                  <Badge tone="soft">{t("worklist.dueNow")}</Badge>
                ) : (
                  <FollowUpBadge kind={row.kind} />
                )}
              </span>
              <span className="mt-0.5 block text-[12.5px] text-muted">{whyOf(row, t)}</span>
            </Link>
          </li>
        ))}
      </ol>
      {claims.length > 0 ? (
        <ul className="mt-3 space-y-0.5 text-[12.5px] text-faint">
          {claims.map((claim) => (
            <li key={claim.contact_id}>
              {t("worklist.isWith", { name: claim.user })} {nameOf(claim)}
            </li>
          ))}
        </ul>
      ) : null}
      <p className="mt-3">
        <Link
          to={`/worklist${searchOf({ ...queue, skipped: [] })}`}
          className="text-[12.5px] text-accent no-underline hover:underline"
        >
          {t("calls.wholeLine")}
        </Link>
      </p>
    </div>
  );
}
