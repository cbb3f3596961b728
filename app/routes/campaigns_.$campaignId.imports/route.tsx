import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, Link, useLoaderData, useNavigation, useSubmit } from "@remix-run/react";
import { ChartNoAxesColumn, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { Empty } from "#app/components/empty.tsx";
import { ImportTable } from "#app/components/import-table.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { readSettings } from "#app/import-settings.server.ts";
import { useRefresh } from "#app/refresh.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { runningStates } from "#db/lists.ts";
import { findCampaign } from "#db/queries/campaigns.ts";
import { listDrafts, requestSaving, updateDrafts } from "#db/queries/import-drafts.ts";
import { listImports } from "#db/queries/imports.ts";
import { type Draft, draftOf } from "./draft.server.ts";
import { DraftCard } from "./draft-card.tsx";

const Params = z.object({ campaignId: Id });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { campaignId } = parseParams(params, Params);
  const campaign = await findCampaign(campaignId);
  if (!campaign) throw new Response(null, { status: 404 });
  const [drafts, { imports }] = await Promise.all([
    listDrafts(campaignId),
    listImports({ campaign_id: campaignId, page: 1, size: 50 }),
  ]);
  const now = new Date();
  return {
    campaign: { id: campaign.id, name: campaign.name },
    drafts: drafts.map((draft) => draftOf(draft, now)),
    imports: imports.filter(({ state }) => state !== "saving"),
  };
}

/** Queues the saving of the drafts as the form shows them; what must be read anew first, or isn't ready, stays a draft. */
export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "imports");
  const { campaignId } = parseParams(params, Params);
  const settings = await readSettings(request);
  await updateDrafts(campaignId, settings);
  const shown = new Set(settings.map(({ id }) => id));
  const ready = (await listDrafts(campaignId)).filter(({ id, failure }) => shown.has(id) && !failure);
  const count = await requestSaving(
    campaignId,
    ready.map(({ id }) => id),
  );
  const here = `/campaigns/${campaignId}/imports`;
  return count > 0 ? redirect(here) : redirectWith(here, { text: "imports.review.notYet", tone: "warning" });
}

export const handle: Handle<typeof loader> = { title: (_, { campaign }) => campaign.name };

export default function Review() {
  const { t } = useTranslation();
  const { campaign, drafts, imports } = useLoaderData<typeof loader>();
  const isRunning = [...drafts, ...imports].some(({ state }) => runningStates.includes(state));
  useRefresh(isRunning);
  const waiting = drafts.filter(({ state }) => state !== "saving").length;
  return (
    <>
      <PageHead
        crumb={{ to: `/campaigns/${campaign.id}`, label: campaign.name }}
        title={t(drafts.length > 0 ? "imports.review.title" : "imports.history")}
        sub={waiting > 0 ? t("imports.review.sub", { count: waiting }) : undefined}
      >
        {isRunning ? (
          <noscript>
            <Link to=".">{t("imports.refresh")}</Link>
          </noscript>
        ) : null}
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

const isReady = ({ state, failure, review }: Draft) => state === "draft" && !failure && Boolean(review?.list);

function Drafts() {
  const { t } = useTranslation();
  const submit = useSubmit();
  const { campaign, drafts } = useLoaderData<typeof loader>();
  const { state, formAction } = useNavigation();
  const busy = state !== "idle" && formAction !== undefined;
  const ready = drafts.filter(isReady).length;
  const others = drafts.filter((draft) => draft.state !== "saving" && !isReady(draft)).length;
  const settings = `/campaigns/${campaign.id}/drafts`;
  return (
    <>
      <Form
        method="post"
        action={`/campaigns/${campaign.id}/imports`}
        className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5"
        aria-busy={busy}
        onChange={(event) => {
          // A password stands among the settings, and belongs to a form of its own.
          if ("form" in event.target && event.target.form !== event.currentTarget) return;
          submit(event.currentTarget, { action: settings, preventScrollReset: true, replace: true });
        }}
      >
        {drafts.map((draft) => (
          <DraftCard key={draft.id} draft={draft} settings={settings} />
        ))}
        {ready > 0 ? (
          <div className="sticky bottom-16 z-10 flex flex-wrap items-center justify-end gap-3 rounded-xl border border-line bg-raised px-4 py-3 shadow-lg max-md:group-has-[[data-dock]]/frame:bottom-40 md:bottom-3">
            {others > 0 ? (
              <p className="mr-auto text-[13px] text-soft">{t("imports.review.waiting", { count: others })}</p>
            ) : null}
            <Button
              look="main"
              disabled={busy}
              aria-keyshortcuts="Control+Enter"
              title={`${t("imports.review.submit", { count: ready })} (Ctrl Enter)`}
            >
              {t("imports.review.submit", { count: ready })} <Key quiet>Ctrl ↵</Key>
            </Button>
          </div>
        ) : null}
      </Form>
      {drafts.map(({ id }) => (
        <Form key={id} id={`again-${id}`} method="post" action={`/imports/${id}/retry`} />
      ))}
    </>
  );
}
