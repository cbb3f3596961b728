import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { Import } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { BounceRate } from "#app/components/bounce-rate.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { type DataColumn, DataTable } from "#app/components/data-table.tsx";
import { Empty } from "#app/components/empty.tsx";
import { OutcomeBar } from "#app/components/outcome-bar.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { PageNumber, PageSize, parseSearch } from "#app/request.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import { type Figure, figuresOf } from "#app/rules/figures.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { countProgress, listCampaigns } from "#db/queries/campaigns.ts";

const View = z.object({ page: PageNumber, size: PageSize });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "reports");
  const view = parseSearch(request, View);
  const { campaigns, total } = await listCampaigns(view);
  const progress = await countProgress(campaigns.map(({ id }) => id));
  return {
    ...view,
    total,
    campaigns: campaigns.map((campaign) => ({
      id: campaign.id,
      name: campaign.name,
      sent_at: campaign.sent_at,
      figures: figuresOf(campaign),
      progress: progress.get(campaign.id),
    })),
  };
}

export const handle: Handle = { title: (t) => t("campaigns.title") };

type Campaign = Awaited<ReturnType<typeof loader>>["campaigns"][number];

export default function Campaigns() {
  const { t } = useTranslation();
  const { campaigns, page, size, total } = useLoaderData<typeof loader>();
  const mayImport = useRouteLoaderData<typeof rootLoader>("root")?.permissions.includes("imports") ?? false;
  const columns = useColumns();
  return (
    <>
      <PageHead title={t("campaigns.title")}>
        {mayImport && total > 0 ? (
          <LinkButton to="/imports/new" look="main" aria-keyshortcuts="i" title={`${t("campaigns.import")} (I)`}>
            <Import size={16} aria-hidden="true" />
            {t("campaigns.import")}
          </LinkButton>
        ) : null}
      </PageHead>
      {total === 0 ? (
        <Empty title={t("campaigns.empty.title")} text={t(mayImport ? "campaigns.empty.text" : "campaigns.empty.wait")}>
          {mayImport ? (
            <>
              <LinkButton to="/imports/new" look="main">
                {t("campaigns.empty.import")}
              </LinkButton>
              <Form method="post" action="/sample">
                <Button>{t("campaigns.empty.sample")}</Button>
              </Form>
            </>
          ) : null}
        </Empty>
      ) : (
        <div className="mt-4">
          <DataTable caption={t("campaigns.title")} columns={columns} rows={campaigns} rowId={({ id }) => id} />
          <Pager page={page} size={size} total={total} />
        </div>
      )}
    </>
  );
}

function useColumns(): DataColumn<Campaign>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const figure = ({ value }: Figure) => (value === null ? t("common.none") : format.number(value));
  return [
    {
      id: "name",
      header: t("campaigns.name"),
      cell: ({ id, name }) => (
        <Link
          to={`/campaigns/${id}`}
          prefetch="intent"
          className="inline-block min-h-6 md:min-w-36 font-medium break-words no-underline hover:underline"
        >
          {name}
        </Link>
      ),
    },
    {
      id: "sent_at",
      header: t("campaigns.sentAt"),
      card: "plain",
      className: "whitespace-nowrap text-muted tabular-nums",
      cell: ({ sent_at }) =>
        sent_at ? <span title={format.dateTime(sent_at)}>{format.date(sent_at)}</span> : t("common.none"),
    },
    { id: "sent", header: t("campaigns.figure.sent"), align: "right", cell: ({ figures }) => figure(figures.sent) },
    {
      id: "outcome",
      header: t("campaigns.outcome"),
      card: "plain",
      className: "md:min-w-56",
      cell: ({ figures }) => <Outcome figures={figures} />,
    },
    {
      id: "hard",
      header: t("campaigns.tab.hard"),
      card: "pair",
      align: "right",
      cell: ({ figures }) => figure(figures.hard),
    },
    {
      id: "soft",
      header: t("campaigns.tab.soft"),
      card: "pair",
      align: "right",
      cell: ({ figures }) => figure(figures.soft),
    },
    {
      id: "auto-reply",
      header: t("campaigns.figure.auto_reply"),
      card: "pair",
      align: "right",
      cell: ({ figures }) => figure(figures.auto_reply),
    },
    {
      id: "bounce_rate",
      header: t("campaigns.bounceRate"),
      className: "whitespace-nowrap",
      cell: ({ figures }) => <BounceRate figures={figures} />,
    },
    {
      id: "progress",
      header: t("campaigns.followUp"),
      className: "whitespace-nowrap tabular-nums",
      cell: ({ progress }) =>
        progress
          ? t("common.of", {
              part: format.number(progress.closed),
              whole: format.number(progress.open + progress.closed),
            })
          : t("common.none"),
    },
  ];
}

/** As the sending platform draws it: opened with and without a click, and unopened, of what was delivered. */
function Outcome({ figures }: { figures: Campaign["figures"] }) {
  const { t } = useTranslation();
  const { delivered, opened, clicked, unopened } = figures;
  if (delivered.value === null || opened.value === null || unopened.value === null)
    return <span className="text-faint">{t("campaigns.unknownShares")}</span>;
  const clicks = Math.min(clicked.value ?? 0, opened.value);
  return (
    <OutcomeBar
      shares
      whole={delivered.value}
      parts={[
        { name: "clicked", value: clicks },
        { name: "opened", value: opened.value, width: opened.value - clicks },
        { name: "unopened", value: unopened.value },
      ]}
    />
  );
}
