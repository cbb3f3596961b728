import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { LinkButton } from "#app/components/button.tsx";
import { type DataColumn, DataTable, None } from "#app/components/data-table.tsx";
import { Empty } from "#app/components/empty.tsx";
import { NamedContact } from "#app/components/named-contact.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { PhoneLink } from "#app/components/phone-link.tsx";
import { Reason } from "#app/components/verdict.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { PageNumber, PageSize, parseSearch } from "#app/request.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { type LoopRow, listLoops } from "#db/queries/loops.ts";

const View = z.object({ page: PageNumber, size: PageSize });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "reports");
  const view = parseSearch(request, View);
  return { view, ...(await listLoops(view)) };
}

export const handle: Handle = { title: (t) => t("loops.title") };

export default function Loops() {
  const { loops, total, view } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const columns = useColumns();
  return (
    <>
      <PageHead crumb={{ to: "/campaigns", label: t("campaigns.title") }} title={t("loops.title")} sub={t("loops.sub")}>
        {total > 0 ? (
          <LinkButton
            to="/loops.csv"
            reloadDocument
            aria-keyshortcuts="d"
            title={`${t("loops.download", { count: total })} (D)`}
          >
            <Download size={15} aria-hidden="true" />
            {t("loops.download", { count: total })}
          </LinkButton>
        ) : null}
      </PageHead>
      <div className="mt-4">
        {loops.length > 0 ? (
          <DataTable
            caption={t("loops.title")}
            columns={columns}
            rows={loops}
            rowId={({ contact_id }) => contact_id}
            rowLabel={({ email }) => email}
          />
        ) : (
          <Empty title={t("loops.none")} text={t("loops.noneText")} />
        )}
        <Pager page={view.page} size={view.size} total={total} />
      </div>
    </>
  );
}

function useColumns(): DataColumn<LoopRow>[] {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  return [
    {
      id: "contact",
      header: t("loops.column.contact"),
      className: "md:min-w-48 md:max-w-72",
      cell: (row) => (
        <NamedContact contact={row} to={permissions.includes("contacts") ? `/contacts/${row.contact_id}` : undefined} />
      ),
    },
    {
      id: "why",
      header: t("loops.column.why"),
      card: "plain",
      className: "md:min-w-40",
      cell: ({ in_row, burst }) => (
        <>
          <p>{t("loops.inRow", { count: in_row })}</p>
          {burst === null ? null : <p>{t("loops.burst", { count: burst })}</p>}
        </>
      ),
    },
    {
      id: "reply",
      header: t("loops.column.reply"),
      card: "plain",
      className: "md:min-w-64 md:max-w-96",
      cell: ({ reason, category, email }) => <Reason reason={reason} category={category} email={email} />,
    },
    { id: "campaign", header: t("loops.column.campaign"), card: "plain", cell: ({ campaign }) => campaign },
    {
      id: "replied-at",
      header: t("loops.column.repliedAt"),
      card: "plain",
      className: "tabular-nums",
      cell: ({ replied_at }) => (replied_at ? dateTime(replied_at) : <None />),
    },
    {
      id: "phone",
      header: t("loops.column.phone"),
      card: "plain",
      cell: (row) => <PhoneLink contact={row} />,
    },
  ];
}
