import { randomUUID } from "node:crypto";
import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { GitCompareArrows } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { Empty } from "#app/components/empty.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { searchWith } from "#app/components/search-with.ts";
import { useFormat } from "#app/i18n/format.ts";
import { Id, optionalText, PageNumber, PageSize, parseSearch } from "#app/request.ts";
import { differingReadings, readingsToConfirm, withWarning } from "#app/rules/removal-warning.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { removalStates } from "#db/lists.ts";
import { listWaitingCorrections } from "#db/queries/batches.ts";
import { countRemovals, countRequestedAmong, listRemovals } from "#db/queries/removals.ts";
import type { RemovalState } from "#db/schema.ts";
import { Caution, Corrections } from "./notices.tsx";
import { RemovalTable } from "./table.tsx";

const View = z.object({
  state: z.enum(removalStates).catch("requested"),
  search: optionalText(200).catch(""),
  batch: Id.nullable().catch(null),
  /** Those alone whose verdict and label differ in a way that matters. */
  verdict: z.literal("differs").nullable().catch(null),
  page: PageNumber,
  size: PageSize,
});

export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "removals");
  const view = parseSearch(request, View);
  const [{ removals, total, differing }, counts, refused, waiting] = await Promise.all([
    listRemovals({ ...view, readings: differingReadings, only_differing: view.verdict !== null }),
    countRemovals(),
    countRequestedAmong(readingsToConfirm),
    listWaitingCorrections(20),
  ]);
  return {
    view,
    counts,
    total,
    differing,
    waiting,
    refused,
    // A new one with every page: the same form sent twice exports once.
    form_key: randomUUID(),
    removals: removals.map((one) => ({
      ...withWarning(one),
      // Of somebody else's requests an administrator alone can speak; the CRM administrator keeps or confirms.
      withdrawable: one.state === "requested" && user.role === "administrator",
    })),
  };
}

export const handle: Handle = { title: (t) => t("removals.title") };

export default function Removals() {
  const { view, counts, total, differing, removals, waiting, refused, form_key } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const exportable = counts.requested + waiting.total;
  return (
    <>
      <PageHead title={t("removals.title")} sub={t("removals.sub")}>
        <LinkButton to="/batches">{t("removals.toBatches")}</LinkButton>
        {exportable > 0 ? (
          <Form method="post" action="/batches?scope=all">
            <input type="hidden" name="form_key" value={form_key} />
            <Button look="main" aria-keyshortcuts="e" title={`${t("removals.exportAll", { count: exportable })} (E)`}>
              {t("removals.exportAll", { count: exportable })} <Key quiet>E</Key>
            </Button>
          </Form>
        ) : null}
      </PageHead>
      <Tabs state={view.state} counts={counts} />
      {view.state === "requested" ? (
        <>
          {refused > 0 ? <Caution count={refused} isSeen={view.verdict !== null} /> : null}
          {waiting.total > 0 ? <Corrections {...waiting} /> : null}
        </>
      ) : null}
      <Filters view={view} total={total} differing={differing} />
      {removals.length > 0 ? (
        <RemovalTable removals={removals} state={view.state} form_key={form_key} />
      ) : view.search !== "" || view.batch || view.verdict ? (
        <Empty
          title={t(`removals.empty.${view.verdict ? "differs" : "search"}.title`)}
          text={t(`removals.empty.${view.verdict ? "differs" : "search"}.text`)}
        >
          <LinkButton to={`/removals?state=${view.state}`}>{t("common.clear")}</LinkButton>
        </Empty>
      ) : (
        <Empty title={t(`removals.empty.${view.state}.title`)} text={t(`removals.empty.${view.state}.text`)} />
      )}
      <Pager page={view.page} size={view.size} total={total} />
    </>
  );
}

function Tabs({ state, counts }: { state: RemovalState; counts: Record<RemovalState, number> }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  return (
    <nav aria-label={t("removals.tabs")} className="mt-5 flex overflow-x-auto border-b border-line">
      {removalStates.map((one) => (
        <Link
          key={one}
          to={`/removals?state=${one}`}
          aria-current={one === state ? "page" : undefined}
          className="-mb-px flex items-center gap-2 border-b-2 border-transparent px-3.5 py-2 font-medium whitespace-nowrap text-muted no-underline hover:text-text aria-[current]:border-accent aria-[current]:text-text"
        >
          {t(`removals.state.${one}`)}
          <span className="rounded-full px-2 py-px text-xs font-semibold tabular-nums ring-1 ring-line ring-inset">
            {number(counts[one])}
          </span>
        </Link>
      ))}
    </nav>
  );
}

type View = z.infer<typeof View>;

const chip =
  "rounded-full border border-line-strong px-2.5 py-1 text-[12.5px] whitespace-nowrap text-muted no-underline hover:border-faint hover:text-text aria-[current]:border-accent aria-[current]:bg-accent-soft aria-[current]:text-accent";

function Filters({ view, total, differing }: { view: View; total: number; differing: number }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  return (
    <div className="my-3 flex flex-wrap items-center gap-2">
      <Form role="search" aria-label={t("removals.search")} className="relative min-w-0 flex-1 md:max-w-sm">
        <input type="hidden" name="state" value={view.state} />
        {view.batch ? <input type="hidden" name="batch" value={view.batch} /> : null}
        {view.verdict ? <input type="hidden" name="verdict" value={view.verdict} /> : null}
        <input
          // Back and forward bring another search.
          key={view.search}
          type="search"
          name="search"
          defaultValue={view.search}
          maxLength={200}
          aria-label={t("removals.search")}
          placeholder={t("removals.search")}
          aria-keyshortcuts="/"
          className="w-full truncate rounded-lg border border-line-strong bg-raised py-1.5 pr-9 pl-2.5 hover:border-faint"
        />
        <span className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2">
          <Key>/</Key>
        </span>
      </Form>
      {view.batch ? (
        <Link
          to={searchWith(search, { batch: null, page: null })}
          title={t("common.clear")}
          className={chip}
          aria-current="true"
        >
          {t("removals.ofBatch", { id: view.batch })} <span aria-hidden="true">×</span>
        </Link>
      ) : null}
      {differing > 0 || view.verdict ? (
        <Link
          to={searchWith(search, { verdict: view.verdict ? null : "differs", page: null })}
          title={view.verdict ? t("common.clear") : undefined}
          className={chip}
          aria-current={view.verdict ? "true" : undefined}
        >
          <GitCompareArrows size={13} aria-hidden="true" className="mr-1 inline align-[-2px]" />
          {t("removals.onlyDiffering", { count: differing })} {view.verdict ? <span aria-hidden="true">×</span> : null}
        </Link>
      ) : null}
      {view.batch && view.state === "exported" && view.search === "" && !view.verdict && total > 0 ? (
        <Form method="post" action="/removals/confirm" className="md:ml-auto">
          <input type="hidden" name="batch" value={view.batch} />
          <input type="hidden" name="next" value="/batches" />
          <Button>{t("removals.confirmBatch", { count: total })}</Button>
        </Form>
      ) : null}
    </div>
  );
}
