import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Address } from "#app/components/address.tsx";
import { Badge } from "#app/components/badge.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { nameOf, personOf } from "#app/components/contact-name.ts";
import { type DataColumn, DataTable, None } from "#app/components/data-table.tsx";
import { Empty } from "#app/components/empty.tsx";
import { FollowUpBadge } from "#app/components/follow-up-why.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { PhoneLink } from "#app/components/phone-link.tsx";
import { optionalText, PageNumber, PageSize, parseSearch } from "#app/request.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { type ContactRow, listContacts, searchLimit } from "#db/queries/contacts.ts";

const Search = z.object({ search: optionalText(200).catch(""), page: PageNumber, size: PageSize });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "contacts");
  const search = parseSearch(request, Search);
  const { contacts, total } = await listContacts(search);
  return { search, contacts, total, capped: total >= searchLimit };
}

export const handle: Handle = { title: (t) => t("contacts.title") };

export default function Contacts() {
  const { search, contacts, total, capped } = useLoaderData<typeof loader>();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  const { t } = useTranslation();
  const columns = useColumns();
  const sub = search.search ? t("contacts.found", { search: search.search, count: total }) : t("contacts.sub");
  return (
    <>
      <PageHead
        title={t("contacts.title")}
        sub={capped && search.search ? t("contacts.tooMany", { count: total }) : sub}
      />
      <SearchForm search={search.search} />
      {contacts.length > 0 ? (
        <DataTable caption={t("contacts.title")} columns={columns} rows={contacts} rowId={({ id }) => id} />
      ) : search.search ? (
        <Empty title={t("contacts.empty.search.title")} text={t("contacts.empty.search.text")}>
          <LinkButton to="/contacts">{t("contacts.showAll")}</LinkButton>
        </Empty>
      ) : (
        <Empty title={t("contacts.empty.all.title")} text={t("contacts.empty.all.text")}>
          {permissions.includes("imports") ? (
            <LinkButton to="/imports/new">{t("worklist.empty.import")}</LinkButton>
          ) : null}
        </Empty>
      )}
      <Pager page={search.page} size={search.size} total={total} capped={capped} />
    </>
  );
}

function SearchForm({ search }: { search: string }) {
  const { t } = useTranslation();
  return (
    <Form role="search" aria-label={t("contacts.search")} className="my-4 flex max-w-xl gap-2">
      <input
        // Back and forward bring another search.
        key={search}
        type="search"
        name="search"
        defaultValue={search}
        maxLength={200}
        aria-label={t("contacts.search")}
        placeholder={t("contacts.search")}
        aria-keyshortcuts="/"
        className="min-w-0 flex-1 rounded-lg border border-line-strong bg-raised px-2.5 py-1.5 hover:border-faint"
      />
      <Button title={`${t("common.search")} (/)`}>
        {t("common.search")} <Key>/</Key>
      </Button>
    </Form>
  );
}

function useColumns(): DataColumn<ContactRow>[] {
  const { t } = useTranslation();
  const none = <None />;
  return [
    {
      id: "contact",
      header: t("contacts.column.contact"),
      className: "md:min-w-52",
      cell: (row) => (
        <Link
          to={`/contacts/${row.id}`}
          className="inline-block min-h-6 font-medium [overflow-wrap:anywhere] no-underline hover:underline"
        >
          {nameOf(row)}
        </Link>
      ),
    },
    {
      id: "person",
      header: t("contacts.column.person"),
      card: "inline",
      cell: (row) => (row.company && personOf(row)) || none,
    },
    {
      id: "email",
      header: t("contacts.column.email"),
      card: "plain",
      cell: (row) => (
        <span className="text-muted">
          <Address email={row.email} />
        </span>
      ),
    },
    {
      id: "phone",
      header: t("contacts.column.phone"),
      card: "plain",
      cell: (row) => (row.phone ? <PhoneLink contact={row} /> : none),
    },
    {
      id: "state",
      header: t("contacts.column.state"),
      card: "plain",
      cell: (row) => <State row={row} />,
    },
  ];
}

function State({ row }: { row: ContactRow }) {
  const { t } = useTranslation();
  if (row.removal)
    return (
      <Badge tone={row.removal_decision === "remove" ? "hard" : "auto"}>
        {t(`contacts.removal.${row.removal_decision ?? "remove"}.${row.removal === "confirmed" ? "done" : "asked"}`)}
      </Badge>
    );
  if (row.follow_up) return <FollowUpBadge kind={row.follow_up} />;
  return <None />;
}
