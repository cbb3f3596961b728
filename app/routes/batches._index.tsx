import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { LinkButton } from "#app/components/button.tsx";
import { type DataColumn, DataTable } from "#app/components/data-table.tsx";
import { Empty } from "#app/components/empty.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { useFormat } from "#app/i18n/format.ts";
import { translator } from "#app/i18n/language.server.ts";
import { Ids, PageNumber, PageSize, parseForm, parseSearch } from "#app/request.ts";
import { type CrmWords, crmFiles } from "#app/rules/crm-export.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { createBatches, listBatches } from "#db/queries/batches.ts";
import type { Language } from "#db/schema.ts";

const View = z.object({ page: PageNumber, size: PageSize });
const Scope = z.object({ scope: z.enum(["all", "chosen"]).catch("all") });
const Ordered = z.object({ form_key: z.uuid(), removal: Ids, next: z.string().default("/removals") });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "removals");
  const view = parseSearch(request, View);
  return { view, ...(await listBatches(view)) };
}

/** An export: everything that waits, or the chosen requests alone. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "removals");
  const { scope } = parseSearch(request, Scope);
  const form = await parseForm(request, Ordered);
  if (!form.ok) throw new Response(null, { status: 400 });
  const { form_key, removal, next } = form.value;
  const back = safeReturn(next);
  if (scope === "chosen" && removal.length === 0) {
    return redirectWith(back, { text: "removals.flash.noneChosen", tone: "warning" });
  }
  const { batches, repeated } = await createBatches(
    { form_key, created_by: user.id, removal_ids: scope === "chosen" ? removal : null },
    (rows) => crmFiles(rows, { timeZone: user.time_zone, now: new Date(), words: wordsIn(user.language) }),
  );
  if (batches.length === 0) return redirectWith(back, { text: "removals.flash.exportedNone", tone: "warning" });
  if (repeated) return redirectWith("/batches", { text: "removals.flash.exportedBefore" });
  const count = batches.reduce((sum, { rows }) => sum + rows, 0);
  return redirectWith("/batches", { text: "removals.flash.exported", values: { count } });
}

function wordsIn(language: Language): CrmWords {
  const t = translator(language);
  return {
    says: (category) => t(`verdict.says.${category}`),
    problem: (problem) => t(`verdict.problem.${problem}`),
    yes: t("removals.batches.yes"),
  };
}

type Batch = ReturnType<typeof useLoaderData<typeof loader>>["batches"][number];

export const handle: Handle = { title: (t) => t("removals.batches.title") };

export default function Batches() {
  const { batches, total, view } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { dateTime, number } = useFormat();
  const columns: DataColumn<Batch>[] = [
    {
      id: "file",
      header: t("removals.batches.file"),
      cell: ({ file_name, id }) => (
        <>
          <span className="font-medium break-all">{file_name}</span>
          <span className="block text-[12.5px] text-faint">{t("removals.inBatch", { id })}</span>
        </>
      ),
    },
    { id: "rows", header: t("removals.batches.rows"), cell: ({ rows }) => number(rows), align: "right" },
    { id: "created-at", header: t("removals.batches.createdAt"), cell: ({ created_at }) => dateTime(created_at) },
    { id: "created-by", header: t("removals.batches.createdBy"), cell: ({ created_by }) => created_by },
    {
      id: "waiting",
      header: t("removals.batches.waiting"),
      cell: ({ id, waiting }) =>
        waiting > 0 ? (
          <LinkButton small to={`/removals?state=exported&batch=${id}`}>
            {t("removals.batches.see", { count: waiting })}
          </LinkButton>
        ) : (
          <span className="text-muted">{t("removals.batches.done")}</span>
        ),
    },
    {
      id: "fingerprint",
      header: t("removals.batches.fingerprint"),
      cell: ({ sha256 }) => (
        <details className="text-[12.5px] text-muted">
          <summary className="min-h-6 font-mono">{sha256.slice(0, 8)}…</summary>
          <code className="break-all">{sha256}</code>
        </details>
      ),
      className: "md:max-w-64",
    },
    {
      id: "download",
      header: t("removals.batches.download"),
      cell: ({ id, file_name }) => (
        <LinkButton
          small
          // What one comes for right after an export.
          look={id === batches[0]?.id && view.page === 1 ? "main" : "plain"}
          reloadDocument
          download={file_name}
          to={`/batches/${id}.csv`}
        >
          <Download size={14} aria-hidden="true" />
          {t("removals.batches.download")}
        </LinkButton>
      ),
      card: "plain",
    },
  ];
  return (
    <>
      <PageHead
        title={t("removals.batches.title")}
        sub={t("removals.batches.sub")}
        crumb={{ to: "/removals", label: t("removals.title") }}
      />
      <HowTo />
      {batches.length > 0 ? (
        <DataTable caption={t("removals.batches.title")} columns={columns} rows={batches} rowId={({ id }) => id} />
      ) : (
        <Empty title={t("removals.batches.empty.title")} text={t("removals.batches.empty.text")}>
          <LinkButton to="/removals">{t("removals.title")}</LinkButton>
        </Empty>
      )}
      <Pager page={view.page} size={view.size} total={total} />
    </>
  );
}

function HowTo() {
  const { t } = useTranslation();
  const steps = ["step1", "step2", "step3", "step4", "step5"] as const;
  return (
    <details className="my-4 rounded-xl border border-line bg-surface px-4 py-2.5">
      <summary className="min-h-6 font-medium">{t("removals.batches.how.title")}</summary>
      <ol className="mt-2 max-w-3xl list-decimal space-y-1 pl-5 text-muted">
        {steps.map((step) => (
          <li key={step}>{t(`removals.batches.how.${step}`)}</li>
        ))}
      </ol>
    </details>
  );
}
