import { randomUUID } from "node:crypto";
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { CallFields, readCall } from "#app/call-form.ts";
import { nameOf } from "#app/components/contact-name.ts";
import { type Flash, redirectWith } from "#app/flash.server.ts";
import { formatter } from "#app/i18n/format.ts";
import { translator } from "#app/i18n/language.server.ts";
import { nextContact } from "#app/next-contact.server.ts";
import { removalToConfirm } from "#app/removal-to-confirm.server.ts";
import { Id, parseForm, parseParams, parseSearch, refuse } from "#app/request.ts";
import { faultsOf } from "#app/rules/address-faults.ts";
import { whatReplyTells } from "#app/rules/auto-reply.ts";
import { claimMinutes } from "#app/rules/claim.ts";
import { callBackTimes, nextStep } from "#app/rules/next-step.ts";
import { offersOf } from "#app/rules/offers.ts";
import { may } from "#app/rules/permissions.ts";
import { isRoleAddress } from "#app/rules/role-address.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { QueueSearch, viewOf } from "#app/worklist-view.ts";
import { type CallSaved, findLastFormKey, type NewCall, recordCall } from "#db/queries/calls.ts";
import { findContact, findLatestBounce, findLatestReply, listTimeline } from "#db/queries/contacts.ts";
import { countFollowUps, findFollowUp, listClaims, listFollowUps } from "#db/queries/follow-ups.ts";
import { findHold } from "#db/queries/incidents.ts";
import type { SessionUser } from "#db/queries/sessions.ts";
import { Contact } from "./contact.tsx";
import { History } from "./history.tsx";
import { Line } from "./line.tsx";

const Params = z.object({ contactId: Id });
const Fields = CallFields.extend({ after: z.enum(["next", "stay"]).catch("next") });

export async function loader({ params, request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "calls");
  const { contactId } = parseParams(params, Params);
  const queue = parseSearch(request, QueueSearch);
  const view = { ...viewOf(queue, user.id), due: "now" as const };
  const contact = await findContact(contactId);
  if (!contact) throw new Response(null, { status: 404 });
  const [followUp, bounce, found, timeline, line, waiting, claims, savedKey, hold] = await Promise.all([
    findFollowUp(contactId, claimMinutes),
    findLatestBounce(contactId),
    findLatestReply(contactId),
    listTimeline({ contact_id: contactId, page: 1, size: 30 }),
    listFollowUps({ ...view, page: 1, size: 9 }),
    countFollowUps(view, 1000),
    listClaims(user.id, claimMinutes),
    findLastFormKey(contactId),
    findHold(contactId),
  ]);
  const now = new Date();
  const reply = found && readReply(found, { now, timeZone: user.time_zone, country: user.country });
  const callBacks = callBackTimes(now, user.time_zone);
  const reports = may(user.role, "reports");
  const caller = { id: user.id, name: user.name, any: user.role === "administrator" };
  return {
    ...{
      contact,
      followUp,
      bounce,
      reply,
      timeline,
      line,
      waiting,
      claims,
      savedKey,
      hold,
      now,
      callBacks,
      queue,
      reports,
      caller,
    },
    offers: offersOf({ email: contact.email, news: reply?.news }, { now, timeZone: user.time_zone }),
    organization: user.organization,
    form_key: randomUUID(),
  };
}

/** What an automatic answer tells beside that a machine answered. One without a date is taken for one of today. */
function readReply<Found extends { reason: string; email: string; replied_at: Date | null }>(
  found: Found,
  { now, timeZone, country }: { now: Date; timeZone: string; country: string },
) {
  const { reason, email, replied_at } = found;
  const news = whatReplyTells(reason, { repliedAt: replied_at ?? now, timeZone, email, country });
  const { others, ...rest } = news;
  return { ...found, news, isNews: others.length > 0 || Object.keys(rest).length > 0 };
}

export type CallData = Awaited<ReturnType<typeof loader>>;

export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "calls");
  const { contactId } = parseParams(params, Params);
  const queue = parseSearch(request, QueueSearch);
  const form = await parseForm(request, Fields);
  if (!form.ok) return data(form, { status: 400 });
  const fields = { ...form.value, follow_up: null };
  const now = new Date();
  const read = readCall(form.value, { now, timeZone: user.time_zone });
  if ("errors" in read) return data(refuse(read.errors, fields), { status: 400 });
  const { call } = read;
  const { follow_up, after } = form.value;
  const saved = await recordCall(
    {
      ...call,
      contact_id: contactId,
      follow_up_id: follow_up,
      called_by: user.id,
      removal_reason: call.note || translator(user.language)(`calls.outcome.${call.outcome}`),
      claim_minutes: claimMinutes,
    },
    (attempts, bounce) =>
      nextStep(call.outcome, {
        ...{ attempts, bounce, now, timeZone: user.time_zone, call_back_at: call.call_back_at ?? undefined },
      }),
  );
  if ("refusal" in saved) {
    if (saved.refusal === "unknown") throw new Response(null, { status: 404 });
    const name = saved.refusal === "same-address" || saved.refusal === "taken-address" ? "new_email" : "form";
    const taken =
      saved.refusal === "taken-address"
        ? { id: saved.contact.id, name: nameOf({ ...saved.contact, email: call.address?.email ?? "" }) }
        : null;
    return data({ ...refuse({ [name]: `calls.error.${saved.refusal}` }, fields), taken }, { status: 400 });
  }
  const { url } = after === "stay" ? { url: `/contacts/${contactId}` } : await nextContact(user.id, queue);
  const toConfirm = await removalToConfirm({ contact_id: contactId, ...saved, ...call, next: url });
  return redirectWith(toConfirm ?? url, await flashOf(user, contactId, saved, { ...call, toConfirm }));
}

/** What the next page says of the call just saved. */
async function flashOf(
  user: SessionUser,
  contact_id: number,
  saved: CallSaved,
  { address, toConfirm }: { address: NewCall["address"]; toConfirm?: string },
): Promise<Flash> {
  const new_email = address?.email;
  const contact = await findContact(contact_id);
  const name = contact ? nameOf(contact) : "";
  const { dateTime } = formatter(`${user.language}-${user.country}`, user.time_zone);
  const undo = { action: `/calls/${saved.call_id}/take-back` };
  if (toConfirm) return { text: "calls.flash.removalWaits", values: { name }, tone: "warning", undo };
  if (saved.due_at) return { text: "calls.flash.scheduled", values: { name, time: dateTime(saved.due_at) }, undo };
  const meant = new_email && faultsOf(new_email)?.meant;
  if (meant) return { text: "calls.flash.mistyped", values: { name, email: new_email, meant }, tone: "warning", undo };
  if (new_email && isRoleAddress(new_email))
    return { text: "calls.flash.roleAddress", values: { name, email: new_email }, tone: "warning", undo };
  if (new_email) return { text: "calls.flash.newAddress", values: { name, email: new_email }, undo };
  return { text: `calls.flash.${saved.closed_as ?? "recovered"}`, values: { name }, undo };
}

export const handle: Handle<typeof loader> = { title: (_, { contact }) => nameOf(contact) };

export default function Call() {
  const { contact } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <div className="grid gap-x-6 gap-y-8 lg:grid-cols-[minmax(0,1fr)_260px] xl:grid-cols-[220px_minmax(0,1fr)_250px]">
      <aside aria-label={t("calls.line")} className="max-xl:hidden">
        <Line />
      </aside>
      <Contact key={contact.id} />
      <History />
    </div>
  );
}
