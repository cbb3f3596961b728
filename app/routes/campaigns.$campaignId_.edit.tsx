import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { campaignForm } from "#app/campaign-form.ts";
import { Button, LinkButton } from "#app/components/button.tsx";
import { CampaignFields } from "#app/components/campaign-fields.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseForm, parseParams, readForm, refuse } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { findCampaign, updateCampaign } from "#db/queries/campaigns.ts";

const Params = z.object({ campaignId: Id });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { campaignId } = parseParams(params, Params);
  const campaign = await findCampaign(campaignId);
  if (!campaign) throw new Response(null, { status: 404 });
  return { campaign };
}

export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const { campaignId } = parseParams(params, Params);
  if (!(await findCampaign(campaignId))) throw new Response(null, { status: 404 });
  const fields = Object.fromEntries(await readForm(request.clone()));
  const form = await parseForm(request, campaignForm(user.time_zone));
  if (!form.ok) return data(form, { status: 400 });
  if (!(await updateCampaign(campaignId, form.value)))
    return data(refuse({ name: "campaigns.nameTaken" }, fields), { status: 400 });
  return redirectWith(`/campaigns/${campaignId}`, { text: "campaigns.saved" });
}

export const handle: Handle<typeof loader> = { title: (_, { campaign }) => campaign.name };

export default function EditCampaign() {
  const { t } = useTranslation();
  const { campaign } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const isEmpty = campaign.lists.length === 0 && campaign.sent + campaign.removed === 0;
  return (
    <div className="max-w-3xl">
      <PageHead crumb={{ to: `/campaigns/${campaign.id}`, label: campaign.name }} title={t("campaigns.edit")} />
      <Form method="post" className="mt-5 grid gap-5">
        <CampaignFields campaign={campaign} errors={refused?.errors} values={refused?.values} />
        <div className="flex gap-2">
          <Button look="main" aria-keyshortcuts="Control+Enter">
            {t("common.save")}
          </Button>
          <LinkButton to={`/campaigns/${campaign.id}`} look="quiet">
            {t("common.cancel")}
          </LinkButton>
        </div>
      </Form>
      {isEmpty ? (
        <details className="mt-10 border-t border-line pt-4">
          <summary className="inline-block min-h-6 font-medium text-hard">{t("campaigns.delete.title")}</summary>
          <p className="my-2 text-muted">{t("campaigns.delete.text")}</p>
          <Form method="post" action={`/campaigns/${campaign.id}/delete`}>
            <Button look="danger">{t("campaigns.delete.confirm")}</Button>
          </Form>
        </details>
      ) : null}
    </div>
  );
}
