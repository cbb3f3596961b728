import { type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Download, Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Account } from "#app/components/account.tsx";
import { Badge } from "#app/components/badge.tsx";
import { LinkButton } from "#app/components/button.tsx";
import { DataTable } from "#app/components/data-table.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { ProblemCode } from "#app/import/codes.ts";
import { Id, parseParams, parseSearch } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { countProblems, findImport, listLeft, listProblems } from "#db/queries/imports.ts";

const size = 50;
const View = z.object({ page: z.coerce.number().int().min(1).max(100_000).catch(1) });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, z.object({ importId: Id }));
  const { page } = parseSearch(request, View);
  const found = await findImport(importId);
  if (!found) throw new Response(null, { status: 404 });
  if (found.state === "draft") throw redirect(`/campaigns/${found.campaign_id}/imports`);
  const [groups, problems, left] = await Promise.all([
    countProblems(importId),
    listProblems(importId, { page, size }),
    found.state === "undone" && found.undo_left ? listLeft(importId) : [],
  ]);
  return { found, groups, problems, left, page };
}

export const handle: Handle<typeof loader> = { title: (_, { found }) => found.file_name };

export default function OneImport() {
  const { t } = useTranslation();
  const format = useFormat();
  const { found, groups, left } = useLoaderData<typeof loader>();
  const who = found.created_by ?? t("imports.byCommand");
  const time = format.dateTime(found.saved_at ?? found.created_at);
  return (
    <>
      <PageHead
        crumb={{ to: "/imports", label: t("imports.history") }}
        title={found.file_name || t("imports.pasted")}
        sub={
          <>
            <Link to={`/campaigns/${found.campaign_id}`}>{found.campaign}</Link>
            {found.list ? ` · ${t(`common.list.${found.list}`)}` : ""} · {t("imports.one.importedBy", { who, time })}
          </>
        }
      >
        {found.rejected > 0 ? (
          <LinkButton to={`/imports/${found.id}/rejected.csv`} reloadDocument>
            <Download size={16} aria-hidden="true" />
            {t("imports.one.download", { count: found.rejected })}
          </LinkButton>
        ) : null}
        {found.state === "saved" ? (
          <LinkButton to={`/imports/${found.id}/undo`} aria-keyshortcuts="z" title={`${t("imports.undo.action")} (Z)`}>
            <Undo2 size={16} aria-hidden="true" />
            {t("imports.undo.action")}
          </LinkButton>
        ) : null}
      </PageHead>
      {found.undone_at ? (
        <p className="mt-4">
          <Badge>{t("imports.state.undone")}</Badge>{" "}
          {t("imports.one.undoneBy", {
            who: found.undone_by ?? t("imports.byCommand"),
            time: format.dateTime(found.undone_at),
          })}
        </p>
      ) : null}
      <div className="mt-5">
        <Account account={found} />
      </div>
      {left.length > 0 ? <Left count={found.undo_left ?? left.length} /> : null}
      {groups.length > 0 ? <Problems /> : null}
    </>
  );
}

function Left({ count }: { count: number }) {
  const { t } = useTranslation();
  const { left } = useLoaderData<typeof loader>();
  return (
    <section aria-labelledby="left" className="mt-8">
      <h2 id="left" className="font-semibold">
        {t("imports.one.leftTitle")}
      </h2>
      <p className="mt-1 mb-3 text-muted">{t("imports.one.leftText", { count })}</p>
      <DataTable
        caption={t("imports.one.leftCaption")}
        rows={left}
        rowId={(row) => row.contact_id}
        columns={[
          {
            id: "contact",
            header: t("imports.one.contact"),
            cell: (row) => <Link to={`/contacts/${row.contact_id}`}>{row.name || row.email}</Link>,
          },
          { id: "email", header: t("imports.field.email"), card: "plain", cell: (row) => row.email },
          { id: "why", header: t("imports.one.why"), cell: (row) => t(`imports.one.because.${row.why}`) },
        ]}
      />
    </section>
  );
}

function Problems() {
  const { t } = useTranslation();
  const format = useFormat();
  const { groups, problems, page } = useLoaderData<typeof loader>();
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return (
    <section aria-labelledby="problems" className="mt-8">
      <h2 id="problems" className="font-semibold">
        {t("imports.one.problemsTitle")}
      </h2>
      <ul className="mt-2 mb-3 flex flex-wrap gap-x-5 gap-y-1">
        {groups.map(({ code, rejected, count }) => (
          <li key={code} className="flex items-center gap-2">
            <b className="font-semibold tabular-nums">{format.number(count)}</b>
            {t(`imports.problem.${code as ProblemCode}`)}
            <Badge tone={rejected ? "hard" : "soft"}>{t(rejected ? "imports.rejectedRow" : "imports.warnedRow")}</Badge>
          </li>
        ))}
      </ul>
      <DataTable
        caption={t("imports.one.problemsCaption")}
        rows={problems.map((problem, index) => ({ ...problem, key: `${problem.line}-${index}` }))}
        rowId={(row) => row.key}
        columns={[
          { id: "line", header: t("imports.one.line"), cell: (row) => format.number(row.line) },
          {
            id: "problem",
            header: t("imports.one.problem"),
            card: "plain",
            cell: (row) => t(`imports.problem.${row.code as ProblemCode}`),
          },
          { id: "column", header: t("imports.one.column"), cell: (row) => row.column_name ?? t("common.none") },
          {
            id: "value",
            header: t("imports.one.value"),
            className: "max-w-64 break-words",
            cell: (row) => row.value?.slice(0, 200) || t("common.none"),
          },
          {
            id: "row",
            header: t("imports.one.row"),
            className: "max-w-md break-words text-muted",
            cell: (row) =>
              row.raw
                .filter((cell) => cell.trim())
                .join(" · ")
                .slice(0, 300),
          },
        ]}
      />
      <Pager page={page} size={size} total={total} />
    </section>
  );
}
