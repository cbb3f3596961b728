import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Import, ListChecks } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { LinkButton } from "#app/components/button.tsx";
import { Empty } from "#app/components/empty.tsx";
import { ImportTable } from "#app/components/import-table.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { parseSearch } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { listImports, listWaitingDrafts } from "#db/queries/imports.ts";

const size = 50;
const View = z.object({ page: z.coerce.number().int().min(1).max(10_000).catch(1) });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { page } = parseSearch(request, View);
  const [history, waiting] = await Promise.all([listImports({ page, size }), listWaitingDrafts()]);
  return { ...history, waiting, page };
}

export const handle: Handle = { title: (t) => t("imports.history") };

export default function Imports() {
  const { t } = useTranslation();
  const { imports, total, waiting, page } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHead title={t("imports.history")} sub={t("imports.historyText")}>
        <LinkButton to="/imports/new" look="main" aria-keyshortcuts="i" title={`${t("imports.new")} (I)`}>
          <Import size={16} aria-hidden="true" />
          {t("imports.new")} <Key quiet>I</Key>
        </LinkButton>
      </PageHead>
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
      {total > 0 ? (
        <div className="mt-5">
          <ImportTable imports={imports} caption={t("imports.history")} />
          <Pager page={page} size={size} total={total} />
        </div>
      ) : waiting.length === 0 ? (
        <Empty title={t("imports.empty.title")} text={t("imports.empty.text")}>
          <LinkButton look="main" to="/imports/new">
            {t("imports.new")}
          </LinkButton>
        </Empty>
      ) : null}
    </>
  );
}
