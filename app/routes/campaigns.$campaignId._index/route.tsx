import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Badge } from "#app/components/badge.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import { bounceKinds } from "#db/lists.ts";
import { listBouncedDomains, listReasons } from "#db/queries/bounces.ts";
import type { BounceKind } from "#db/schema.ts";
import type { loader as campaignLoader } from "../campaigns.$campaignId.tsx";

const SHOWN = 12;
const OutcomeChart = lazy(() => import("./outcome-chart.tsx"));

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "reports");
  const { campaignId } = parseParams(params, z.object({ campaignId: Id }));
  const [hard, soft, domains] = await Promise.all([
    listReasons(campaignId, "hard", SHOWN),
    listReasons(campaignId, "soft", SHOWN),
    listBouncedDomains(campaignId, SHOWN),
  ]);
  const reasons = [
    ...hard.map((row) => ({ kind: "hard" as const, ...row })),
    ...soft.map((row) => ({ kind: "soft" as const, ...row })),
  ].sort((a, b) => b.count - a.count);
  return { reasons: reasons.slice(0, SHOWN), domains };
}

export default function Overview() {
  const { t } = useTranslation();
  const { reasons, domains } = useLoaderData<typeof loader>();
  return (
    <div className="mt-5 grid grid-cols-[minmax(0,1fr)] items-start gap-x-8 gap-y-7 lg:grid-cols-2">
      <FigureTable />
      <Chart />
      <Breakdown title={t("campaigns.byReason")} empty={reasons.length === 0}>
        {reasons.map(({ kind, reason, count }) => (
          <Row key={`${kind} ${reason}`} count={count} most={reasons[0]?.count ?? 1} kind={kind}>
            <Link to={tabUrl(kind, { reason: reason ?? "-" })} className="break-words no-underline hover:underline">
              {reason ?? t("campaigns.noReason")}
            </Link>{" "}
            <Badge tone={kind}>{t(`common.kind.${kind}`)}</Badge>
          </Row>
        ))}
      </Breakdown>
      <Breakdown title={t("campaigns.byDomain")} empty={domains.length === 0}>
        {domains.map(({ domain, ...counts }) => (
          <Row
            key={domain}
            count={counts.hard + counts.soft}
            most={(domains[0]?.hard ?? 0) + (domains[0]?.soft ?? 0)}
            kind={counts.hard > counts.soft ? "hard" : "soft"}
          >
            <span className="mr-1 break-all">{domain}</span>{" "}
            {bounceKinds
              .filter((kind) => counts[kind] > 0)
              .map((kind) => (
                <Link key={kind} to={tabUrl(kind, { domain })} className="mr-1 inline-block min-h-6 no-underline">
                  <Badge tone={kind}>
                    {t(`common.kind.${kind}`)} {counts[kind]}
                  </Badge>
                </Link>
              ))}
          </Row>
        ))}
      </Breakdown>
    </div>
  );
}

const tabUrl = (kind: BounceKind, filter: Record<string, string>) => `${kind}?${new URLSearchParams(filter)}`;

function useCampaign() {
  const campaign = useRouteLoaderData<typeof campaignLoader>("routes/campaigns.$campaignId");
  if (!campaign) throw new Error("this page stands within its campaign");
  return campaign;
}

const figureRows = [
  ["sent", null, null],
  ["delivered", "delivered_rate", null],
  ["opened", "open_rate", "opened_percent"],
  ["clicked", "click_rate", "clicked_percent"],
  ["unopened", "unopened_rate", "unopened_percent"],
  ["hard", null, null],
  ["soft", null, null],
  ["bounced", "bounce_rate", "bounced_percent"],
  ["auto_reply", null, null],
] as const;

/** Every figure with what it was counted from, and the source's own beside it. */
function FigureTable() {
  const { t } = useTranslation();
  const format = useFormat();
  const { campaign, figures } = useCampaign();
  const cell = "border-b border-line px-3 py-1.5 group-last:border-b-0 text-right tabular-nums";
  const share = (value: number | null | undefined) => (value == null ? null : format.percent(value / 100));
  return (
    <section>
      <h2 className="mb-2 text-[13px] font-semibold">{t("campaigns.figures")}</h2>
      <div className="overflow-x-auto rounded-xl border border-line bg-surface">
        <table className="w-full border-separate border-spacing-0 text-[13.5px]">
          <caption className="sr-only">{t("campaigns.figures")}</caption>
          <thead>
            <tr className="text-[12.5px] text-muted">
              <th scope="col" className="border-b border-line px-3 py-2 text-left font-medium">
                {t("campaigns.figureName")}
              </th>
              {(["ours", "share", "source"] as const).map((name) => (
                <th key={name} scope="col" className="border-b border-line px-3 py-2 text-right font-medium">
                  {t(`campaigns.column.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {figureRows.map(([name, rateName, percentName]) => {
              const figure = figures[name];
              const rate = rateName ? figures[rateName] : null;
              const source = name === "bounced" ? null : campaign[`reported_${name}`];
              const percent = percentName ? share(campaign[`reported_${percentName}`]) : null;
              return (
                <tr key={name} className="group">
                  <th
                    scope="row"
                    className="border-b border-line px-3 py-1.5 text-left font-normal group-last:border-b-0"
                  >
                    {t(`campaigns.figure.${name}`)}
                  </th>
                  <td className={cell}>
                    {figure.value === null ? t("common.none") : format.number(figure.value)}
                    {figure.base !== "reported" ? null : (
                      <span className="block text-xs text-faint">{t("campaigns.base.reported")}</span>
                    )}
                  </td>
                  <td className={`${cell} text-muted`}>
                    {rate ? t(`campaigns.rate.${rate.of}`, { rate: format.percent(rate.value) }) : null}
                  </td>
                  <td className={`${cell} text-muted`}>
                    {source == null && percent === null
                      ? t("common.none")
                      : [source == null ? null : format.number(source), percent].filter(Boolean).join(" · ")}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Drawn by the browser once the page is at rest; its figures are those of the table beside it. */
function Chart() {
  const { t } = useTranslation();
  const { figures } = useCampaign();
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const bars = (["opened", "clicked", "unopened", "soft", "hard", "auto_reply"] as const).flatMap((name) => {
    const { value } = figures[name];
    return value === null ? [] : [{ name, label: t(`campaigns.figure.${name}`), value }];
  });
  if (bars.length < 2) return null;
  return (
    <section aria-hidden="true" className="max-lg:order-first">
      <h2 className="mb-2 text-[13px] font-semibold">{t("campaigns.outcome")}</h2>
      <div className="h-72 rounded-xl border border-line bg-surface px-2 py-3">
        {ready ? (
          <Suspense>
            <OutcomeChart bars={bars} />
          </Suspense>
        ) : null}
      </div>
    </section>
  );
}

function Breakdown({ title, empty, children }: { title: string; empty: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2 className="mb-2 text-[13px] font-semibold">{title}</h2>
      {empty ? (
        <p className="rounded-xl border border-dashed border-line-strong px-4 py-6 text-center text-muted">
          {t("campaigns.noBounces")}
        </p>
      ) : (
        <ol className="rounded-xl border border-line bg-surface text-[13.5px]">{children}</ol>
      )}
    </section>
  );
}

function Row({ count, most, kind, children }: { count: number; most: number; kind: BounceKind; children: ReactNode }) {
  const format = useFormat();
  return (
    <li className="border-b border-line px-3 py-1.5 last:border-b-0">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">{children}</div>
        <span className="font-medium tabular-nums">{format.number(count)}</span>
      </div>
      <div aria-hidden="true" className="mt-1 h-1 rounded-sm bg-track">
        <i
          className={`block h-full rounded-sm ${kind === "hard" ? "bg-hard" : "bg-soft"}`}
          style={{ width: `${(100 * count) / Math.max(most, 1)}%` }}
        />
      </div>
    </li>
  );
}
