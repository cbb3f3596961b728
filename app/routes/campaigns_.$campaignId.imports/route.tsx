import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useLoaderData, useNavigation, useSubmit } from "@remix-run/react";
import { ChartNoAxesColumn, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { Empty } from "#app/components/empty.tsx";
import { ImportTable } from "#app/components/import-table.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { readChoices, readDraft } from "#app/drafts.server.ts";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { findCampaign } from "#db/queries/campaigns.ts";
import { listDrafts, listImports, saveImport, updateDrafts } from "#db/queries/imports.ts";
import { DraftCard } from "./draft-card.tsx";
import { reviewDrafts } from "./review.server.ts";

const Params = z.object({ campaignId: Id });

export async function loader({ params, request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "imports");
  const { campaignId } = parseParams(params, Params);
  const campaign = await findCampaign(campaignId);
  if (!campaign) throw new Response(null, { status: 404 });
  const [drafts, { imports }] = await Promise.all([
    reviewDrafts(campaignId, user),
    listImports({ campaign_id: campaignId, page: 1, size: 50 }),
  ]);
  return { campaign: { id: campaign.id, name: campaign.name }, drafts, imports };
}

/** Imports the drafts as the form shows them, in their order; those that can't be yet stay drafts. */
export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const { campaignId } = parseParams(params, Params);
  const choices = await readChoices(request);
  await updateDrafts(campaignId, choices);
  const chosen = new Set(choices.map(({ id }) => id));
  let count = 0;
  for (const draft of await listDrafts(campaignId)) {
    const reading = chosen.has(draft.id) ? readDraft(draft, draft, user) : undefined;
    if (!reading || "failure" in reading || !reading.file) continue;
    if (await saveImport(draft.id, reading.file)) count++;
  }
  const here = `/campaigns/${campaignId}/imports`;
  return count > 0 ? redirectWith(here, { text: "imports.saved", values: { count } }) : redirect(here);
}

export const handle: Handle<typeof loader> = { title: (_, { campaign }) => campaign.name };

export default function Review() {
  const { t } = useTranslation();
  const { campaign, drafts, imports } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHead
        crumb={{ to: `/campaigns/${campaign.id}`, label: campaign.name }}
        title={t(drafts.length > 0 ? "imports.review.title" : "imports.history")}
        sub={drafts.length > 0 ? t("imports.review.sub", { count: drafts.length }) : undefined}
      >
        <LinkButton to={`/imports/new?campaign=${campaign.id}`}>
          <Plus size={16} aria-hidden="true" />
          {t("imports.review.add")}
        </LinkButton>
        {imports.length > 0 ? (
          <LinkButton to={`/campaigns/${campaign.id}`} look={drafts.length > 0 ? "plain" : "main"}>
            <ChartNoAxesColumn size={16} aria-hidden="true" />
            {t("imports.review.report")}
          </LinkButton>
        ) : null}
      </PageHead>
      {drafts.length > 0 ? <Drafts /> : null}
      {drafts.length === 0 && imports.length === 0 ? (
        <Empty title={t("imports.review.nothing.title")} text={t("imports.review.nothing.text")}>
          <LinkButton look="main" to={`/imports/new?campaign=${campaign.id}`}>
            {t("imports.review.add")}
          </LinkButton>
        </Empty>
      ) : null}
      {imports.length > 0 ? (
        <div className="mt-8">
          <h2 className="mb-3 font-semibold">{t("imports.review.done")}</h2>
          <ImportTable imports={imports} caption={t("imports.review.done")} hidden={["campaign"]} />
        </div>
      ) : null}
    </>
  );
}

function Drafts() {
  const { t } = useTranslation();
  const submit = useSubmit();
  const { campaign, drafts } = useLoaderData<typeof loader>();
  const { state, formAction } = useNavigation();
  const busy = state !== "idle" && formAction !== undefined;
  const ready = drafts.filter((draft) => !draft.failure && draft.account).length;
  const settings = `/campaigns/${campaign.id}/drafts`;
  return (
    <Form
      method="post"
      action={`/campaigns/${campaign.id}/imports`}
      className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5"
      aria-busy={busy}
      onChange={(event) => submit(event.currentTarget, { action: settings, preventScrollReset: true, replace: true })}
    >
      {drafts.map((draft) => (
        <DraftCard key={draft.id} draft={draft} settings={settings} />
      ))}
      {ready > 0 ? (
        <div className="sticky bottom-16 z-20 flex flex-wrap items-center justify-end gap-3 rounded-xl border border-line bg-raised px-4 py-3 shadow-lg md:bottom-3">
          {ready < drafts.length ? (
            <p className="mr-auto text-[13px] text-soft">
              {t("imports.review.waiting", { count: drafts.length - ready })}
            </p>
          ) : null}
          <Button
            look="main"
            disabled={busy}
            aria-keyshortcuts="Control+Enter"
            title={`${t("imports.review.submit", { count: ready })} (Ctrl Enter)`}
          >
            {formAction?.endsWith("/imports")
              ? t("imports.review.saving")
              : t("imports.review.submit", { count: ready })}{" "}
            <Key quiet>Ctrl ↵</Key>
          </Button>
        </div>
      ) : null}
    </Form>
  );
}
