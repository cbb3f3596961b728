import { type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { Download, Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Account } from "#app/components/account.tsx";
import { Alert } from "#app/components/alert.tsx";
import { Badge } from "#app/components/badge.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { DataTable } from "#app/components/data-table.tsx";
import { PaceBar } from "#app/components/pace-bar.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { ProblemGroups } from "#app/components/problem-groups.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { sources } from "#app/import/sources.ts";
import { useRefresh } from "#app/refresh.ts";
import { Id, parseParams } from "#app/request.ts";
import { paceOf } from "#app/rules/pace.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { countProblems } from "#db/queries/import-problems.ts";
import { findImport, listLeft } from "#db/queries/imports.ts";

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, z.object({ importId: Id }));
  const found = await findImport(importId);
  if (!found) throw new Response(null, { status: 404 });
  if (["reading", "draft", "saving"].includes(found.state)) throw redirect(`/campaigns/${found.campaign_id}/imports`);
  const [groups, left] = await Promise.all([
    countProblems(importId),
    found.state === "undone" && found.undo_left ? listLeft(importId) : [],
  ]);
  const pace = found.state === "undoing" ? paceOf(found, new Date()) : null;
  const source = sources.find(({ id }) => id === found.source)?.name;
  return { found: { ...found, source }, groups, left, pace };
}

export const handle: Handle<typeof loader> = { title: (_, { found }) => found.file_name };

export default function OneImport() {
  const { t } = useTranslation();
  const format = useFormat();
  const { found, groups, left, pace } = useLoaderData<typeof loader>();
  useRefresh(pace !== null);
  const name = found.file_name || t("imports.pasted");
  const who = found.created_by ?? t("imports.byCommand");
  const time = format.dateTime(found.saved_at ?? found.created_at);
  const about = [found.list ? t(`common.list.${found.list}`) : null, found.source];
  return (
    <>
      <PageHead
        crumb={{ to: "/imports", label: t("imports.history") }}
        title={name}
        sub={
          <>
            <Link to={`/campaigns/${found.campaign_id}`}>{found.campaign}</Link>
            {about.map((text) => (text ? ` · ${text}` : ""))} · {t("imports.one.importedBy", { who, time })}
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
      {pace ? (
        <div className="mt-5 max-w-md">
          <p className="mb-1.5 font-medium">{t("imports.step.undoing")}</p>
          <PaceBar pace={pace} label={t("imports.news.undoing", { file: name })} />
          <noscript>
            <Link to=".">{t("imports.refresh")}</Link>
          </noscript>
        </div>
      ) : null}
      {found.state === "saved" && found.failure ? (
        <Form method="post" action={`/imports/${found.id}/retry`} className="mt-5">
          <Alert>{t("imports.undo.failed")}</Alert>
          <Button>{t("imports.retry")}</Button>
        </Form>
      ) : null}
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
      {groups.length > 0 ? (
        <section aria-labelledby="problems" className="mt-8">
          <h2 id="problems" className="mb-3 font-semibold">
            {t("imports.problems.title")}
          </h2>
          <ProblemGroups groups={groups} to={`/imports/${found.id}/problems`} />
        </section>
      ) : null}
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
