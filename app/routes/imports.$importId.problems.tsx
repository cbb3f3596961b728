import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { FaultsLine } from "#app/components/address-faults.tsx";
import { Badge } from "#app/components/badge.tsx";
import { LinkButton } from "#app/components/button.tsx";
import { DataTable, None } from "#app/components/data-table.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { problemCodes } from "#app/import/codes.ts";
import { Id, PageNumber, parseParams, parseSearch } from "#app/request.ts";
import { faultsOf } from "#app/rules/address-faults.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { countProblems, listProblems } from "#db/queries/import-problems.ts";
import { findImport } from "#db/queries/imports.ts";

const size = 50;
const View = z.object({ page: PageNumber, code: z.enum(problemCodes).optional().catch(undefined) });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, z.object({ importId: Id }));
  const { page, code } = parseSearch(request, View);
  const found = await findImport(importId);
  if (!found) throw new Response(null, { status: 404 });
  const [groups, problems] = await Promise.all([countProblems(importId), listProblems(importId, { page, size, code })]);
  return { found, groups, problems, page, code };
}

export const handle: Handle<typeof loader> = {
  title: (t, { found }) => `${t("imports.problems.title")} · ${found.file_name}`,
};

export default function Problems() {
  const { t } = useTranslation();
  const format = useFormat();
  const { found, groups, problems, page, code } = useLoaderData<typeof loader>();
  const chosen = groups.filter((group) => !code || group.code === code);
  const total = chosen.reduce((sum, { kept }) => sum + kept, 0);
  const cut = chosen.find(({ count, kept }) => kept < count);
  return (
    <>
      <PageHead
        crumb={{ to: `/imports/${found.id}`, label: found.file_name || t("imports.pasted") }}
        title={t("imports.problems.title")}
        sub={found.campaign}
      >
        {found.rejected > 0 ? (
          <LinkButton to={`/imports/${found.id}/rejected.csv`} reloadDocument>
            <Download size={16} aria-hidden="true" />
            {t("imports.one.download", { count: found.rejected })}
          </LinkButton>
        ) : null}
      </PageHead>
      {groups.length > 0 ? (
        <nav aria-label={t("imports.problems.kinds")} className="mt-4 mb-3 flex flex-wrap gap-2">
          <Kind current={code === undefined} to="?" label={t("imports.problems.all")} />
          {groups.map((group) => (
            <Kind
              key={group.code}
              current={code === group.code}
              to={`?code=${group.code}`}
              label={t(`imports.problem.${group.code as (typeof problemCodes)[number]}`)}
              count={group.count}
            />
          ))}
        </nav>
      ) : (
        <p className="mt-5 text-muted">{t("imports.review.noProblems")}</p>
      )}
      {cut ? <p className="mb-3 text-[13px] text-muted">{t("imports.problems.cut", { count: cut.kept })}</p> : null}
      {problems.length > 0 ? (
        <DataTable
          caption={t("imports.one.problemsCaption")}
          rows={problems}
          rowId={(row) => row.id}
          columns={[
            {
              id: "line",
              header: t("imports.one.line"),
              cell: (row) => (
                <>
                  {/* A card has no headers. */}
                  <span className="md:hidden">{t("imports.one.line")} </span>
                  {format.number(row.line)}
                </>
              ),
            },
            {
              id: "problem",
              header: t("imports.one.problem"),
              card: "plain",
              cell: (row) => (
                <>
                  {t(`imports.problem.${row.code as (typeof problemCodes)[number]}`)}{" "}
                  <Badge tone={row.rejected ? "hard" : "soft"}>
                    {t(row.rejected ? "imports.rejectedRow" : "imports.warnedRow")}
                  </Badge>
                </>
              ),
            },
            { id: "column", header: t("imports.one.column"), cell: (row) => row.column_name ?? <None /> },
            {
              id: "value",
              header: t("imports.one.value"),
              className: "max-w-64 break-words",
              cell: (row) => {
                const faults = row.code === "malformed-address" ? faultsOf(row.value ?? "") : undefined;
                return (
                  <>
                    {row.value?.slice(0, 200) || <None />}
                    {faults ? <FaultsLine faults={faults} /> : null}
                  </>
                );
              },
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
      ) : null}
      <Pager page={page} size={size} total={total} />
    </>
  );
}

function Kind({ current, to, label, count }: { current: boolean; to: string; label: string; count?: number }) {
  const format = useFormat();
  return (
    <Link
      to={to}
      aria-current={current ? "true" : undefined}
      className="rounded-full border border-line px-2.5 py-1 text-[12.5px] no-underline hover:border-faint aria-[current]:border-accent aria-[current]:bg-accent-soft aria-[current]:text-accent"
    >
      {label}
      {count === undefined ? null : <b className="ml-1.5 font-semibold tabular-nums">{format.number(count)}</b>}
    </Link>
  );
}
