import type { LoaderFunctionArgs } from "@remix-run/node";
import {
  NavLink,
  Outlet,
  type ShouldRevalidateFunctionArgs,
  useLoaderData,
  useLocation,
  useRouteLoaderData,
} from "@remix-run/react";
import { Import, Info, Pencil, Phone } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Badge, type Tone } from "#app/components/badge.tsx";
import { BounceRate } from "#app/components/bounce-rate.tsx";
import { LinkButton } from "#app/components/button.tsx";
import { IncidentBanner } from "#app/components/incident-banner.tsx";
import { OutcomeBar, type OutcomePart } from "#app/components/outcome-bar.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { Id, parseParams } from "#app/request.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import { type Figure, figuresOf, type Rate } from "#app/rules/figures.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { countProgress, findCampaign, findCampaignSources } from "#db/queries/campaigns.ts";
import { findMainIncident } from "#db/queries/incidents.ts";

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "reports");
  const { campaignId } = parseParams(params, z.object({ campaignId: Id }));
  const [campaign, sources, progress, incident] = await Promise.all([
    findCampaign(campaignId),
    findCampaignSources(campaignId),
    countProgress([campaignId]),
    findMainIncident(campaignId),
  ]);
  if (!campaign) throw new Response(null, { status: 404 });
  return { campaign, sources, figures: figuresOf(campaign), progress: progress.get(campaignId), incident };
}

export const handle: Handle<typeof loader> = { title: (_, { campaign }) => campaign.name };

/** Another tab, page or filter of the same campaign leaves its figures as they are. */
export function shouldRevalidate({
  currentParams,
  nextParams,
  formMethod,
  defaultShouldRevalidate,
}: ShouldRevalidateFunctionArgs) {
  const stays = currentParams.campaignId === nextParams.campaignId;
  return stays && (!formMethod || formMethod === "GET") ? false : defaultShouldRevalidate;
}

type CampaignData = Awaited<ReturnType<typeof loader>>;

export default function Campaign() {
  const { t } = useTranslation();
  const format = useFormat();
  const { campaign, sources, figures, incident } = useLoaderData<typeof loader>();
  const { pathname } = useLocation();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  const { id } = campaign;
  const sent = campaign.sent_at
    ? t("campaigns.sentOn", { time: format.dateTime(campaign.sent_at) })
    : t("campaigns.noDate");
  return (
    <>
      <PageHead
        crumb={{ to: "/campaigns", label: t("campaigns.title") }}
        title={campaign.name}
        sub={
          sources.files > 0
            ? `${sent} · ${t("campaigns.importedBy", { people: sources.people.join(", ") || t("campaigns.script"), count: sources.files })}`
            : sent
        }
      >
        {permissions.includes("imports") ? (
          <>
            <LinkButton to={`/campaigns/${id}/edit`} look="quiet">
              <Pencil size={15} aria-hidden="true" />
              {t("campaigns.editShort")}
            </LinkButton>
            <LinkButton
              to={`/imports/new?campaign=${id}`}
              aria-keyshortcuts="i"
              title={`${t("campaigns.importMore")} (I)`}
            >
              <Import size={16} aria-hidden="true" />
              {t("campaigns.importMore")}
            </LinkButton>
          </>
        ) : null}
        {permissions.includes("worklist") && campaign.soft > 0 ? (
          <LinkButton
            to={`/worklist?campaign=${id}&kind=soft`}
            look="main"
            aria-keyshortcuts="l"
            title={`${t("campaigns.callSoft", { count: campaign.soft })} (L)`}
          >
            <Phone size={16} aria-hidden="true" />
            {t("campaigns.callSoft", { count: campaign.soft })}
          </LinkButton>
        ) : null}
      </PageHead>
      <FigureStrip />
      <Outcome figures={figures} />
      <Notes mayImport={permissions.includes("imports")} />
      {incident && /\/(\d+|hard|soft)\/?$/.test(pathname) ? <IncidentBanner incident={incident} /> : null}
      <Tabs campaign={campaign} incidents={incident?.total ?? 0} />
      <Outlet />
    </>
  );
}

function FigureStrip() {
  const { t } = useTranslation();
  const format = useFormat();
  const { campaign, figures, progress } = useLoaderData<typeof loader>();
  const rate = (value: Rate) => (value ? t(`campaigns.rate.${value.of}`, { rate: format.percent(value.value) }) : null);
  const source = (percent: number | null) =>
    percent === null ? null : t("campaigns.sourceSays", { rate: format.percent(percent / 100) });
  const number = (figure: Figure) => (figure.value === null ? t("common.none") : format.number(figure.value));
  const base = (figure: Figure) => t(`campaigns.base.${figure.base}`);
  return (
    <dl className="mt-4.5 grid grid-cols-2 overflow-hidden rounded-xl border border-line bg-surface max-lg:[&>div:nth-child(2n)]:border-l max-lg:[&>div:nth-child(n+3)]:border-t lg:grid-cols-6 lg:[&>div+div]:border-l">
      <Tile name={t("campaigns.figure.sent")} value={number(figures.sent)} lines={[base(figures.sent)]} />
      <Tile
        name={t("campaigns.figure.delivered")}
        value={number(figures.delivered)}
        lines={[rate(figures.delivered_rate)]}
      />
      <Tile
        name={t("campaigns.figure.opened")}
        value={number(figures.opened)}
        lines={[rate(figures.open_rate), source(campaign.reported_opened_percent)]}
      />
      <Tile
        name={t("campaigns.figure.clicked")}
        value={number(figures.clicked)}
        lines={[rate(figures.click_rate), rate(figures.click_to_open_rate), source(campaign.reported_clicked_percent)]}
      />
      <Tile
        name={t("campaigns.figure.bounced")}
        value={number(figures.bounced)}
        lines={[
          figures.bounce_rate ? <BounceRate key="rate" figures={figures} /> : null,
          source(campaign.reported_bounced_percent),
        ]}
      />
      <Tile
        name={t("campaigns.followUp")}
        value={
          progress
            ? `${format.number(progress.closed)} / ${format.number(progress.open + progress.closed)}`
            : t("common.none")
        }
        lines={[
          progress ? t("campaigns.followUpHint") : t("campaigns.noFollowUp"),
          progress?.recovered ? t("campaigns.recovered", { count: progress.recovered }) : null,
        ]}
      />
    </dl>
  );
}

function Tile({ name, value, lines }: { name: string; value: string; lines: ReactNode[] }) {
  return (
    <div className="border-line px-4 py-3">
      <dt className="text-[12.5px] text-muted">{name}</dt>
      <dd className="mt-0.5">
        <p className="text-[22px] leading-tight font-[620] tracking-tight tabular-nums">{value}</p>
        {lines.filter(Boolean).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines never move
          <p key={index} className="mt-0.5 text-xs text-faint tabular-nums">
            {line}
          </p>
        ))}
      </dd>
    </div>
  );
}

function Outcome({ figures }: Pick<CampaignData, "figures">) {
  const parts: OutcomePart[] = (["opened", "unopened", "soft", "hard"] as const).flatMap((name) => {
    const { value } = figures[name];
    return value === null ? [] : [{ name, value }];
  });
  if (figures.sent.value === null || parts.length < 2) return null;
  return (
    <div className="mt-3.5">
      <OutcomeBar parts={parts} whole={figures.sent.value} />
    </div>
  );
}

/** What the figures leave out, and what they would need. */
function Notes({ mayImport }: { mayImport: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { campaign, figures } = useLoaderData<typeof loader>();
  const list = new Intl.ListFormat(format.locale).format(figures.missing.map((name) => t(`common.list.${name}`)));
  const note = "mt-3.5 flex items-center gap-3 rounded-lg border border-line bg-surface px-3.5 py-2 max-sm:items-start";
  return (
    <>
      {campaign.removed > 0 ? (
        <p className={note}>
          <Info size={15} aria-hidden="true" className="shrink-0 text-faint max-sm:mt-0.5" />
          {t("campaigns.removed", { count: campaign.removed })}
        </p>
      ) : null}
      {figures.missing.length > 0 ? (
        <div className={note}>
          <Info size={15} aria-hidden="true" className="shrink-0 text-faint max-sm:mt-0.5" />
          <p className="min-w-0 flex-1">{t("campaigns.missing", { list })}</p>
          {mayImport ? (
            <span className="flex gap-2 max-sm:flex-col">
              <LinkButton small to={`/imports/new?campaign=${campaign.id}`}>
                {t("campaigns.importMore")}
              </LinkButton>
              <LinkButton small look="quiet" to={`/campaigns/${campaign.id}/edit`}>
                {t("campaigns.enterTotals")}
              </LinkButton>
            </span>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

function Tabs({ campaign, incidents }: Pick<CampaignData, "campaign"> & { incidents: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tabs: { to: string; label: string; count?: number; tone?: Tone; key: string }[] = [
    { to: ".", label: t("campaigns.overview"), key: "1" },
    { to: "hard", label: t("campaigns.tab.hard"), count: campaign.hard, tone: "hard", key: "2" },
    { to: "soft", label: t("campaigns.tab.soft"), count: campaign.soft, tone: "soft", key: "3" },
    { to: "auto-reply", label: t("campaigns.tab.auto-reply"), count: campaign.auto_reply, tone: "auto", key: "4" },
    ...(incidents > 0 ? [{ to: "incidents", label: t("incidents.title"), count: incidents, key: "5" }] : []),
  ];
  return (
    <nav aria-label={t("campaigns.tabs")} className="mt-6 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map(({ to, label, count, tone, key }) => (
        <NavLink
          key={to}
          to={to}
          end={to === "."}
          prefetch="intent"
          preventScrollReset
          aria-keyshortcuts={key}
          title={`${label} (${key})`}
          className={({ isActive }) =>
            `flex items-center gap-2 border-b-2 px-3.5 py-2 font-medium whitespace-nowrap no-underline transition-colors duration-100 hover:text-text ${
              isActive ? "border-accent text-text" : "border-transparent text-muted"
            }`
          }
        >
          {label}
          {count === undefined ? null : <Badge tone={tone}>{format.number(count)}</Badge>}
        </NavLink>
      ))}
    </nav>
  );
}
