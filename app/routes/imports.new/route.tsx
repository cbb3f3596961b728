import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigate, useNavigation } from "@remix-run/react";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Alert } from "#app/components/alert.tsx";
import { Button } from "#app/components/button.tsx";
import { CampaignFields } from "#app/components/campaign-fields.tsx";
import { Choice, TextField } from "#app/components/field.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseSearch } from "#app/request.ts";
import { uploadLimits } from "#app/rules/upload-limits.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { leftOut, type RefusedUpload, receiveUpload } from "#app/upload.server.ts";
import { dismissUpload, startUpload, useUploads } from "#app/uploads.ts";
import { findCampaign, listCampaignNames } from "#db/queries/campaigns.ts";
import { DropZone } from "./drop-zone.tsx";

const Wanted = z.object({ campaign: Id.optional().catch(undefined) });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { campaign } = parseSearch(request, Wanted);
  const [campaigns, wanted] = await Promise.all([listCampaignNames(), campaign ? findCampaign(campaign) : undefined]);
  if (wanted && !campaigns.some(({ id }) => id === wanted.id)) campaigns.unshift(wanted);
  return { campaigns, wanted: wanted?.id };
}

/** The form as a browser sends it by itself; with a script it goes to /uploads, and the person may go on working. */
export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const received = await receiveUpload(request, user);
  if (!received.ok) return data(received, { status: received.status });
  const next = received.campaign_id ? `/campaigns/${received.campaign_id}/imports` : "/imports/new";
  return received.empty.length > 0 ? redirectWith(next, leftOut(received.empty)) : redirect(next);
}

export const handle: Handle = { title: (t) => t("imports.upload.title") };

export default function NewImport() {
  const { t } = useTranslation();
  const { campaigns, wanted } = useLoaderData<typeof loader>();
  const answered = useActionData<typeof action>();
  const { send, upload } = useUpload();
  const refused = upload?.refused ?? answered;
  const isSending = useNavigation().formAction?.startsWith("/imports/new") || upload?.state === "sending";
  const [campaign, setCampaign] = useState(refused?.values.campaign ?? String(wanted ?? "new"));
  // Without JavaScript the fields of a new campaign stand there for an old one, too, and may stay empty.
  const [scripted, setScripted] = useState(false);
  useEffect(() => setScripted(true), []);
  return (
    <>
      <PageHead
        crumb={{ to: "/imports", label: t("imports.history") }}
        title={t("imports.upload.title")}
        sub={t("imports.upload.sub")}
      />
      <Form
        method="post"
        encType="multipart/form-data"
        noValidate={!scripted}
        onSubmit={send}
        className="mt-6 grid max-w-3xl gap-8"
      >
        {refused ? <Refusal {...refused} /> : null}
        {upload?.state === "broken" ? <Alert>{t("imports.error.unreadable")}</Alert> : null}
        <section aria-labelledby="where">
          <h2 id="where" className="mb-3 font-semibold">
            {t("imports.upload.where")}
          </h2>
          <Choice
            name="campaign"
            label={t("imports.upload.campaign")}
            value={campaign}
            onChange={(event) => setCampaign(event.target.value)}
            error={refused?.errors.campaign}
            className="mb-4"
          >
            <option value="new">{t("imports.upload.newCampaign")}</option>
            {campaigns.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Choice>
          {campaign === "new" ? <CampaignFields errors={refused?.errors} values={refused?.values} /> : null}
        </section>
        <section aria-labelledby="what" className="grid gap-4">
          <h2 id="what" className="font-semibold">
            {t("imports.upload.what")}
          </h2>
          <DropZone scripted={scripted} />
          <TextField
            name="pasted"
            label={t("imports.upload.paste")}
            hint={t("imports.upload.pasteHint")}
            maxLength={uploadLimits.pasted}
            defaultValue={refused?.values.pasted}
            rows={4}
            spellCheck={false}
            className="[&_textarea]:font-mono [&_textarea]:text-[12.5px]"
          />
        </section>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Button
            look="main"
            disabled={isSending}
            aria-keyshortcuts="Control+Enter"
            title={`${t("imports.upload.submit")} (Ctrl Enter)`}
          >
            {isSending ? t("imports.upload.sending") : t("imports.upload.submit")} <Key quiet>Ctrl ↵</Key>
          </Button>
          {upload?.state === "sending" ? <p className="text-muted">{t("imports.upload.goOn")}</p> : null}
        </div>
      </Form>
    </>
  );
}

/** Sends the form by a script, so that the page can be left; while one stays, its end leads on to the review. */
function useUpload() {
  const navigate = useNavigate();
  const uploads = useUploads();
  const [own, setOwn] = useState<number>();
  // One that was refused while nobody stood here is what the dock led back to.
  const upload = uploads.find(({ id }) => id === own) ?? uploads.findLast(({ state }) => state === "refused");
  useEffect(() => {
    if (upload?.state !== "done" || upload.id !== own) return;
    dismissUpload(upload.id);
    navigate(`/campaigns/${upload.campaign_id}/imports`);
  }, [upload, own, navigate]);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (upload && upload.state !== "sending") dismissUpload(upload.id);
    setOwn(startUpload(new FormData(event.currentTarget)));
  };
  return { send, upload };
}

function Refusal({ errors, empty }: Pick<RefusedUpload, "errors" | "empty">) {
  const { t } = useTranslation();
  return (
    <Alert>
      {errors.form ? t(errors.form as "imports.error.nothing") : t("error.form")}
      {empty.length > 0 ? <span className="mt-1 block font-normal break-all">{empty.join(", ")}</span> : null}
    </Alert>
  );
}
