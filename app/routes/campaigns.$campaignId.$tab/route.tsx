import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData, useLocation, useRouteLoaderData } from "@remix-run/react";
import { Phone, RefreshCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Address } from "#app/components/address.tsx";
import { Badge, type Tone } from "#app/components/badge.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { type DataColumn, DataTable, None } from "#app/components/data-table.tsx";
import { Empty } from "#app/components/empty.tsx";
import { Pager } from "#app/components/pager.tsx";
import { Reason } from "#app/components/verdict.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { parseParams, parseSearch } from "#app/request.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import { may } from "#app/rules/permissions.ts";
import { requireUser } from "#app/session.server.ts";
import {
  type BounceRow,
  countBounces,
  type FollowUpState,
  listBounces,
  listDomains,
  listProblems,
  listReasons,
} from "#db/queries/bounces.ts";
import { listUsers } from "#db/queries/users.ts";
import { Filters } from "./filters.tsx";
import { columns, Search, stateTexts, TabParams, viewOf } from "./view.ts";

export async function loader({ params, request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "reports");
  const { campaignId, tab } = parseParams(params, TabParams);
  const search = parseSearch(request, Search);
  const view = viewOf({ campaignId, tab }, search, new Date());
  const [bounces, total, reasons, problems, domains, users] = await Promise.all([
    listBounces(view, search),
    countBounces(view),
    listReasons(campaignId, tab),
    listProblems(campaignId, tab),
    listDomains(campaignId, tab),
    may(user.role, "worklist") ? listUsers() : [],
  ]);
  const callers = users.filter(({ role }) => may(role, "worklist")).map(({ id, name }) => ({ id, name }));
  return { campaignId, tab, search, bounces, total, reasons, problems, domains, callers };
}

export default function Tab() {
  const { t } = useTranslation();
  const { tab, search, bounces, total, campaignId } = useLoaderData<typeof loader>();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  const shown = useColumns();
  const filtered = Boolean(
    search.search || search.reason || search.problem || search.domain || search.phone || search.state,
  );
  const title = t(`campaigns.tab.${tab}`);
  return (
    <div>
      <h2 className="sr-only">{title}</h2>
      {total > 0 || filtered ? <Filters /> : null}
      {bounces.length > 0 ? (
        <DataTable
          caption={title}
          columns={shown}
          rows={bounces}
          rowId={({ address_id }) => address_id}
          rowLabel={({ email }) => email}
          sort={search.sort}
          hidden={columns.filter((name) => !search.columns.includes(name))}
          select={
            permissions.includes("worklist") || permissions.includes("ask-removal")
              ? { name: "contact", value: ({ contact_id }) => contact_id, acts: <Acts campaignId={campaignId} /> }
              : undefined
          }
        />
      ) : (
        <Empty
          title={t(filtered ? "campaigns.nothingFound" : "campaigns.nothingHere")}
          text={t(filtered ? "campaigns.nothingFoundHint" : `campaigns.nothingHereHint.${tab}`)}
        >
          {filtered ? (
            <LinkButton to={`/campaigns/${campaignId}/${tab}`}>{t("campaigns.clearFilters")}</LinkButton>
          ) : null}
        </Empty>
      )}
      <Pager page={search.page} size={search.size} total={total} />
      {tab === "auto-reply" ? (
        <p className="mt-3">
          <Link to="/loops">{t("loops.all")}</Link>
        </p>
      ) : null}
    </div>
  );
}

const tones: Record<FollowUpState, Tone> = {
  due: "soft",
  claimed: "auto",
  "call-back": "soft",
  held: "auto",
  removal: "hard",
  closed: "good",
  none: "none",
};

function useColumns(): DataColumn<BounceRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  const dash = <span className="text-faint">{t("common.none")}</span>;
  const none = <None />;
  const column = (id: (typeof columns)[number], more: Omit<DataColumn<BounceRow>, "id" | "header">) => ({
    id,
    header: t(`campaigns.field.${id}`),
    sortable: true,
    ...more,
  });
  return [
    column("email", {
      className: "md:min-w-48 md:max-w-60",
      cell: ({ contact_id, email }) =>
        permissions.includes("contacts") ? (
          <Link to={`/contacts/${contact_id}`} className="inline-block min-h-6 no-underline hover:underline">
            <Address email={email} />
          </Link>
        ) : (
          <Address email={email} />
        ),
    }),
    column("reason", {
      card: "plain",
      className: "md:min-w-64 md:max-w-96",
      cell: ({ reason, told, category, email, may_loop }) => (
        <>
          <Reason reason={reason} told={told} category={category} email={email} />
          {may_loop ? (
            <Badge tone="soft">
              <RefreshCcw size={12} aria-hidden="true" className="mr-1 inline align-[-1px]" />
              {t("loops.mark")}
            </Badge>
          ) : null}
        </>
      ),
    }),
    column("first_name", { card: "inline", cell: (row) => row.first_name ?? none }),
    column("last_name", { card: "inline", cell: (row) => row.last_name ?? none }),
    column("company", { card: "inline", cell: (row) => row.company ?? none }),
    column("phone", {
      card: "plain",
      className: "whitespace-nowrap tabular-nums",
      cell: ({ phone, phone_e164 }) =>
        phone ? (
          <a
            href={`tel:${phone_e164 ?? phone.replaceAll(/[^\d+]/g, "")}`}
            className="inline-block min-h-6 font-medium text-accent no-underline hover:underline"
          >
            {phone}
          </a>
        ) : (
          none
        ),
    }),
    column("state", {
      card: "plain",
      cell: (row) => (row.state === "none" ? none : <State row={row} />),
    }),
    column("bounced_at", {
      className: "whitespace-nowrap tabular-nums",
      cell: ({ bounced_at }) => (bounced_at ? format.dateTime(bounced_at) : dash),
    }),
    column("domain", { cell: ({ domain }) => domain }),
    column("crm_record_id", { className: "tabular-nums", cell: (row) => row.crm_record_id ?? dash }),
    ...(permissions.includes("calls")
      ? [
          {
            id: "acts",
            header: t("campaigns.acts"),
            card: "plain" as const,
            cell: ({ contact_id, email, state }: BounceRow) =>
              state === "removal" ? null : (
                <Link
                  to={`/contacts/${contact_id}/call`}
                  aria-label={t("campaigns.callContact", { email })}
                  className="inline-flex min-h-6 items-center gap-1.5 rounded-md px-1.5 font-medium whitespace-nowrap text-accent no-underline hover:bg-accent-soft"
                >
                  <Phone size={14} aria-hidden="true" />
                  {t("campaigns.call")}
                </Link>
              ),
          },
        ]
      : []),
  ];
}

function State({ row }: { row: BounceRow }) {
  const { t } = useTranslation();
  const [state, ...more] = stateTexts(row, t, useFormat());
  return (
    <>
      <Badge tone={tones[row.state]}>{state}</Badge>
      {more.length > 0 ? (
        <span className="block text-xs whitespace-nowrap text-faint tabular-nums">{more.join(" · ")}</span>
      ) : null}
    </>
  );
}

/** What can be done with the chosen contacts. Each button is a route of its own. */
function Acts({ campaignId }: { campaignId: number }) {
  const { t } = useTranslation();
  const { callers } = useLoaderData<typeof loader>();
  const { pathname, search } = useLocation();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  return (
    <>
      <input type="hidden" name="next" value={pathname + search} />
      <input type="hidden" name="campaign" value={campaignId} />
      {permissions.includes("worklist") ? (
        <>
          <Button small formAction="/follow-ups">
            {t("campaigns.addToWorklist")}
          </Button>
          <span className="flex items-center gap-1">
            <select
              name="user"
              aria-label={t("campaigns.assignTo")}
              className="rounded-lg border border-line-strong bg-raised px-2 py-1 text-[12.5px]"
            >
              {callers.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
            <Button small formAction="/assignments">
              {t("campaigns.assign")}
            </Button>
          </span>
        </>
      ) : null}
      {permissions.includes("ask-removal") ? (
        <Button small look="danger" formAction="/removals/new" formMethod="get">
          {t("campaigns.askRemoval")}
        </Button>
      ) : null}
    </>
  );
}
