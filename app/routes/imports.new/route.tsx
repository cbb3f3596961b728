import { createHash } from "node:crypto";
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { campaignForm } from "#app/campaign-form.ts";
import { Alert } from "#app/components/alert.tsx";
import { Button } from "#app/components/button.tsx";
import { CampaignFields } from "#app/components/campaign-fields.tsx";
import { Choice, TextField } from "#app/components/field.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import type { FileFailure } from "#app/import/codes.ts";
import { openTable } from "#app/import/table.ts";
import { Id, parseFields, parseSearch, refuse } from "#app/request.ts";
import { uploadLimits } from "#app/rules/upload-limits.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { readUpload, type Upload, type UploadedFile } from "#app/upload.server.ts";
import { findCampaign, listCampaignNames } from "#db/queries/campaigns.ts";
import { createDrafts } from "#db/queries/imports.ts";
import { DropZone } from "./drop-zone.tsx";

const Wanted = z.object({ campaign: Id.optional().catch(undefined) });
const ChosenCampaign = z.object({ campaign: Id });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { campaign } = parseSearch(request, Wanted);
  const [campaigns, wanted] = await Promise.all([listCampaignNames(), campaign ? findCampaign(campaign) : undefined]);
  if (wanted && !campaigns.some(({ id }) => id === wanted.id)) campaigns.unshift(wanted);
  return { campaigns, wanted: wanted?.id };
}

export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const upload = await readUpload(request);
  if ("refused" in upload) {
    const status = upload.refused === "unreadable" ? 400 : 413;
    return data({ ...refuse({ form: `imports.error.${upload.refused}` }), failures: [] }, { status });
  }
  const campaign = await chosenCampaign(upload.fields, user.time_zone);
  const { readable, failures } = sorted(filesOf(upload));
  if (!campaign.ok) return data({ ...campaign, failures }, { status: 400 });
  if (readable.length === 0) {
    const form = failures.length > 0 ? "imports.error.failed" : "imports.error.nothing";
    return data({ ...refuse({ form }, upload.fields), failures }, { status: 400 });
  }
  const campaign_id = await createDrafts(campaign.value, readable.map(withDigest), user.id);
  if (!campaign_id) {
    return data({ ...refuse({ name: "imports.error.nameTaken" }, upload.fields), failures }, { status: 400 });
  }
  const next = `/campaigns/${campaign_id}/imports`;
  if (failures.length === 0) return redirect(next);
  const names = failures.map(({ file_name }) => file_name.slice(0, 60));
  const values = { count: failures.length, names: names.slice(0, 5).join(", ") };
  return redirectWith(next, { text: "imports.upload.skipped", values, tone: "warning" });
}

async function chosenCampaign(fields: Upload["fields"], timeZone: string) {
  if (!fields.campaign || fields.campaign === "new") return parseFields(fields, campaignForm(timeZone));
  const chosen = parseFields(fields, ChosenCampaign);
  if (!chosen.ok) return chosen;
  const known = await findCampaign(chosen.value.campaign);
  return known ? { ok: true as const, value: known.id } : refuse({ campaign: "imports.error.noCampaign" }, fields);
}

function filesOf({ fields, files }: Upload): UploadedFile[] {
  const pasted = fields.pasted?.trim() ? [{ file_name: "", content: Buffer.from(fields.pasted) }] : [];
  return [...files, ...pasted];
}

function sorted(files: UploadedFile[]) {
  const readable: UploadedFile[] = [];
  const failures: { file_name: string; failure: FileFailure }[] = [];
  for (const file of files) {
    const table = openTable(file.content);
    if ("failure" in table) failures.push({ file_name: file.file_name, failure: table.failure });
    else readable.push(file);
  }
  return { readable, failures };
}

const withDigest = (file: UploadedFile) => ({
  ...file,
  sha256: createHash("sha256").update(file.content).digest("hex"),
});

export const handle: Handle = { title: (t) => t("imports.upload.title") };

export default function NewImport() {
  const { t } = useTranslation();
  const { campaigns, wanted } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const busy = useNavigation().formAction?.startsWith("/imports/new") ?? false;
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
      <Form method="post" encType="multipart/form-data" noValidate={!scripted} className="mt-6 grid max-w-3xl gap-8">
        {refused ? <Refusal {...refused} /> : null}
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
        <Button
          look="main"
          className="justify-self-start"
          disabled={busy}
          aria-keyshortcuts="Control+Enter"
          title={`${t("imports.upload.submit")} (Ctrl Enter)`}
        >
          {busy ? t("imports.upload.sending") : t("imports.upload.submit")} <Key quiet>Ctrl ↵</Key>
        </Button>
      </Form>
    </>
  );
}

function Refusal({
  errors,
  failures,
}: {
  errors: Record<string, string>;
  failures: ReturnType<typeof sorted>["failures"];
}) {
  const { t } = useTranslation();
  if (!errors.form && failures.length === 0) return <Alert>{t("error.form")}</Alert>;
  return (
    <Alert>
      {t((errors.form ?? "imports.error.failed") as "imports.error.failed")}
      {failures.map(({ file_name, failure }) => (
        <span key={file_name} className="mt-1 block font-normal">
          <b className="font-semibold break-all">{file_name || t("imports.pasted")}</b>:{" "}
          {t(`imports.failure.${failure}`)}
        </span>
      ))}
    </Alert>
  );
}
