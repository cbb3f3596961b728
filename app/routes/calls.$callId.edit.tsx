import { randomUUID } from "node:crypto";
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { CallFields as Fields, readCall } from "#app/call-form.ts";
import { Alert } from "#app/components/alert.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { nameOf } from "#app/components/contact-name.ts";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { useFormat } from "#app/i18n/format.ts";
import { translator } from "#app/i18n/language.server.ts";
import { removalToConfirm } from "#app/removal-to-confirm.server.ts";
import { Id, parseForm, parseParams, refuse } from "#app/request.ts";
import { claimMinutes } from "#app/rules/claim.ts";
import { callBackTimes, nextStep } from "#app/rules/next-step.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { correctCall, findCall } from "#db/queries/calls.ts";
import { findContact } from "#db/queries/contacts.ts";
import type { SessionUser } from "#db/queries/sessions.ts";
import { CallFields } from "./contacts.$contactId.call/call-fields.tsx";

const Params = z.object({ callId: Id });

/** A call that the user may still correct; 404 for one taken back already, 403 for somebody else's. */
async function requireCall(params: Record<string, string | undefined>, user: SessionUser) {
  const call = await findCall(parseParams(params, Params).callId);
  if (!call || call.taken_back_at) throw new Response(null, { status: 404 });
  if (call.called_by !== user.id && user.role !== "administrator") throw new Response(null, { status: 403 });
  return call;
}

export async function loader({ params, request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "calls");
  const call = await requireCall(params, user);
  const contact = await findContact(call.contact_id);
  if (!contact) throw new Response(null, { status: 404 });
  return { call, contact, callBacks: callBackTimes(new Date(), user.time_zone), form_key: randomUUID() };
}

export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "calls");
  const form = await parseForm(request, Fields);
  const first = await findCall(parseParams(params, Params).callId);
  if (!first) throw new Response(null, { status: 404 });
  if (!form.ok) return data(form, { status: 400 });
  const now = new Date();
  const typed = { ...form.value, follow_up: null };
  const read = readCall(form.value, { now, timeZone: user.time_zone });
  if ("errors" in read) return data(refuse(read.errors, typed), { status: 400 });
  const { call } = read;
  const corrected = await correctCall(
    first.id,
    {
      ...call,
      called_by: user.id,
      removal_reason: call.note || translator(user.language)(`calls.outcome.${call.outcome}`),
      claim_minutes: claimMinutes,
    },
    user.role === "administrator",
    (attempts, bounce) =>
      nextStep(call.outcome, {
        ...{ attempts, bounce, now, timeZone: user.time_zone, call_back_at: call.call_back_at ?? undefined },
      }),
  );
  const back = `/contacts/${first.contact_id}`;
  if (!("refusal" in corrected)) {
    const toConfirm = await removalToConfirm({ ...first, ...corrected, ...call, next: back });
    return redirectWith(toConfirm ?? back, { text: "calls.flash.corrected" });
  }
  if (corrected.refusal === "not-yours") throw new Response(null, { status: 403 });
  if (corrected.refusal === "same-address" || corrected.refusal === "taken-address")
    return data(refuse({ new_email: `calls.error.${corrected.refusal}` }, typed), { status: 400 });
  if (corrected.refusal === "claimed" || corrected.refusal === "changed")
    return data(refuse({ form: `calls.error.${corrected.refusal}` }, typed), { status: 400 });
  return redirectWith(back, { text: `calls.fixed.${corrected.refusal}`, tone: "warning" });
}

export const handle: Handle = { title: (t) => t("calls.edit.title") };

export default function EditCall() {
  const { call, contact, callBacks, form_key } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const back = `/contacts/${contact.id}`;
  return (
    <div className="mx-auto max-w-2xl">
      <PageHead
        crumb={{ to: back, label: nameOf(contact) }}
        title={t("calls.edit.title")}
        sub={t("calls.edit.sub", { name: call.called_by_name, time: dateTime(call.called_at) })}
      />
      <Form method="post" className="mt-5">
        {refused?.errors.form ? <Alert>{t(refused.errors.form as "error.form")}</Alert> : null}
        <input type="hidden" name="form_key" value={form_key} />
        <CallFields values={call} callBacks={callBacks} refused={refused} />
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          <LinkButton look="quiet" to={back} aria-keyshortcuts="Escape" title={`${t("common.cancel")} (Esc)`}>
            {t("common.cancel")}
          </LinkButton>
          <Button look="main" aria-keyshortcuts="Control+Enter" title={`${t("common.save")} (Ctrl ↵)`}>
            {t("common.save")} <Key quiet>Ctrl ↵</Key>
          </Button>
        </div>
      </Form>
    </div>
  );
}
