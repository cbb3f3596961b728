import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { Import, ListChecks } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { Empty } from "#app/components/empty.tsx";
import { ImportTable } from "#app/components/import-table.tsx";
import { Key } from "#app/components/key.tsx";
import { PaceBar } from "#app/components/pace-bar.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { useRefresh } from "#app/refresh.ts";
import { parseSearch } from "#app/request.ts";
import { paceOf } from "#app/rules/pace.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { listWaitingDrafts } from "#db/queries/import-drafts.ts";
import { listImports, listRunning } from "#db/queries/imports.ts";

const size = 50;
const View = z.object({ page: z.coerce.number().int().min(1).max(10_000).catch(1) });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { page } = parseSearch(request, View);
  const [{ imports, total }, waiting, running] = await Promise.all([
    listImports({ page, size }),
    listWaitingDrafts(),
    listRunning(),
  ]);
  const now = new Date();
  return {
    imports: imports.filter(({ state }) => state === "saved" || state === "undone"),
    total,
    waiting,
    running: running.map((one) => ({ ...one, pace: paceOf(one, now) })),
    page,
  };
}

export const handle: Handle = { title: (t) => t("imports.history") };

export default function Imports() {
  const { t } = useTranslation();
  const { imports, total, waiting, running, page } = useLoaderData<typeof loader>();
  useRefresh(running.length > 0);
  return (
    <>
      <PageHead title={t("imports.history")} sub={t("imports.historyText")}>
        <LinkButton to="/imports/new" look="main" aria-keyshortcuts="i" title={`${t("imports.new")} (I)`}>
          <Import size={16} aria-hidden="true" />
          {t("imports.new")} <Key quiet>I</Key>
        </LinkButton>
      </PageHead>
      {running.length > 0 ? <Running /> : null}
      {waiting.length > 0 ? (
        <section aria-label={t("imports.waiting")} className="mt-5 rounded-xl border border-line bg-surface px-4 py-3">
          <ul className="grid gap-1.5">
            {waiting.map(({ id, name, files }) => (
              <li key={id} className="flex items-center gap-2.5">
                <ListChecks size={16} aria-hidden="true" className="shrink-0 text-accent" />
                <Link to={`/campaigns/${id}/imports`} className="min-w-0 py-0.5 break-words">
                  {t("imports.waitingIn", { campaign: name, count: files })}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {imports.length > 0 || page > 1 ? (
        <div className="mt-5">
          <ImportTable imports={imports} caption={t("imports.history")} />
          <Pager page={page} size={size} total={total} />
        </div>
      ) : waiting.length + running.length === 0 ? (
        <Empty title={t("imports.empty.title")} text={t("imports.empty.text")}>
          <LinkButton look="main" to="/imports/new">
            {t("imports.new")}
          </LinkButton>
        </Empty>
      ) : null}
    </>
  );
}

function Running() {
  const { t } = useTranslation();
  const { running } = useLoaderData<typeof loader>();
  return (
    <section aria-labelledby="running" className="mt-5 rounded-xl border border-line bg-surface">
      <div className="flex items-center gap-3 border-b border-line px-4 py-2.5">
        <h2 id="running" className="font-semibold">
          {t("imports.running")}
        </h2>
        <noscript>
          <Link to=".">{t("imports.refresh")}</Link>
        </noscript>
      </div>
      <ul className="divide-y divide-line">
        {running.map(({ id, campaign_id, campaign, file_name, state, created_by, cancel_requested, pace }) => {
          const step = state === "saving" || state === "undoing" ? state : "reading";
          const name = t(`imports.news.${step}`, { file: file_name || t("imports.pasted") });
          return (
            <li key={id} className="flex flex-wrap items-start gap-x-6 gap-y-2 px-4 py-3">
              <div className="min-w-0 flex-1 basis-56">
                <Link
                  to={state === "undoing" ? `/imports/${id}` : `/campaigns/${campaign_id}/imports`}
                  className="font-medium break-words"
                >
                  {name}
                </Link>
                <p className="text-[12.5px] text-muted">{[campaign, created_by].filter(Boolean).join(" · ")}</p>
              </div>
              <div className="min-w-0 flex-1 basis-56 pt-1.5">
                <PaceBar pace={pace} label={name} />
              </div>
              {state === "undoing" ? null : (
                <Form method="post" action={`/imports/${id}/cancel`}>
                  <input type="hidden" name="next" value="/imports" />
                  <Button small disabled={cancel_requested}>
                    {t(cancel_requested ? "imports.cancelling" : "imports.cancel")}
                  </Button>
                </Form>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
