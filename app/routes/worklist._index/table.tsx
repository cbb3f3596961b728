import { useLoaderData, useLocation, useRouteLoaderData } from "@remix-run/react";
import { Phone } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "#app/components/badge.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { nameOf } from "#app/components/contact-name.ts";
import { type DataColumn, DataTable } from "#app/components/data-table.tsx";
import { FollowUpBadge, whyOf } from "#app/components/follow-up-why.tsx";
import { NamedContact } from "#app/components/named-contact.tsx";
import { PhoneLink } from "#app/components/phone-link.tsx";
import { searchOf } from "#app/components/queue-search.ts";
import { Reason } from "#app/components/verdict.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import type { WorklistRow } from "#db/queries/follow-ups.ts";
import type { loader } from "./route.tsx";

/** The worklist in the order in which people are phoned; a row's name opens the call screen. */
export function WorklistTable() {
  const { rows } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <DataTable
      caption={t("worklist.caption")}
      columns={useColumns()}
      rows={rows}
      rowId={({ contact_id }) => contact_id}
      rowLabel={nameOf}
      select={{ name: "contact", acts: <Acts /> }}
    />
  );
}

function useColumns(): DataColumn<WorklistRow>[] {
  const { search } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const queue = searchOf({ ...search, skipped: [] });
  const none = <span className="text-faint max-md:hidden">{t("common.none")}</span>;
  return [
    {
      id: "contact",
      header: t("worklist.column.contact"),
      className: "md:min-w-48 md:max-w-72",
      cell: (row) => <NamedContact contact={row} to={`/contacts/${row.contact_id}/call${queue}`} />,
    },
    {
      id: "why",
      header: t("worklist.column.why"),
      card: "plain",
      className: "md:min-w-64 md:max-w-96",
      cell: (row) => (
        <>
          <FollowUpBadge kind={row.kind} /> <span className="text-muted">{whyOf(row, t)}</span>
          {row.reason ? (
            <div className="mt-0.5">
              <Reason reason={row.reason} category={row.category} email={row.email} />
            </div>
          ) : null}
          {row.last_outcome && row.last_called_at ? (
            <p className="mt-0.5 text-[12.5px] text-faint">
              {t("worklist.lastCall", {
                outcome: t(`calls.outcome.${row.last_outcome}`),
                name: row.last_called_by,
                time: dateTime(row.last_called_at),
              })}
            </p>
          ) : null}
        </>
      ),
    },
    {
      id: "phone",
      header: t("worklist.column.phone"),
      card: "plain",
      cell: (row) => <PhoneLink contact={row} />,
    },
    {
      id: "due",
      header: t("worklist.column.due"),
      card: "inline",
      className: "tabular-nums",
      cell: (row) => <Due row={row} />,
    },
    {
      id: "who",
      header: t("worklist.column.who"),
      card: "inline",
      cell: (row) => <Whose row={row} none={none} />,
    },
    {
      id: "acts",
      header: t("worklist.column.acts"),
      card: "plain",
      cell: (row) => (
        <LinkButton
          small
          to={`/contacts/${row.contact_id}/call${queue}`}
          aria-label={t("worklist.callWho", { name: nameOf(row) })}
        >
          <Phone size={13} aria-hidden="true" />
          {t("worklist.call")}
        </LinkButton>
      ),
    },
  ];
}

function Due({ row }: { row: WorklistRow }) {
  const { at, search } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  if (search.due === "held") return <Badge tone="auto">{t("campaigns.state.held")}</Badge>;
  if (row.due_at > at) return <>{dateTime(row.due_at)}</>;
  return row.is_call_back ? (
    <>
      <Badge tone="soft">{t("worklist.dueNow")}</Badge>{" "}
      <span className="text-[12.5px] text-faint">{dateTime(row.due_at)}</span>
    </>
  ) : (
    <span className="text-muted">{t("worklist.dueNow")}</span>
  );
}

function Whose({ row, none }: { row: WorklistRow; none: ReactNode }) {
  const me = useRouteLoaderData<typeof rootLoader>("root")?.user?.id;
  const { t } = useTranslation();
  const { time } = useFormat();
  if (row.claimed_name && row.claimed_at)
    return (
      <Badge tone="auto">
        {row.claimed_by === me
          ? t("worklist.youHaveIt", { time: time(row.claimed_at) })
          : t("worklist.hasIt", { name: row.claimed_name, time: time(row.claimed_at) })}
      </Badge>
    );
  if (!row.assigned_name) return none;
  return <>{row.assigned_to === me ? t("worklist.yours") : row.assigned_name}</>;
}

/** What can be done with the chosen contacts. Each button is a route of its own. */
function Acts() {
  const { callers } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  return (
    <>
      <input type="hidden" name="next" value={pathname + search} />
      <span className="flex items-center gap-1">
        <select
          name="user"
          aria-label={t("worklist.assignTo")}
          className="max-w-40 rounded-lg border border-line-strong bg-raised px-2 py-1 text-[12.5px]"
        >
          {callers.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          <option value="">{t("worklist.nobody")}</option>
        </select>
        <Button small formAction="/assignments">
          {t("worklist.assign")}
        </Button>
      </span>
      <Button small look="danger" formAction="/removals/new" formMethod="get">
        {t("worklist.askRemoval")}
      </Button>
    </>
  );
}
