import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { type ShouldRevalidateFunctionArgs, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { BounceNote } from "#app/components/bounce-note.tsx";
import { BoundedList } from "#app/components/bounded-list.tsx";
import { LinkButton } from "#app/components/button.tsx";
import { ContactLines } from "#app/components/contact-lines.tsx";
import { Empty } from "#app/components/empty.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { translator } from "#app/i18n/language.server.ts";
import { Id, Ids, parseForm, parseSearch, refuse, requiredText } from "#app/request.ts";
import { may } from "#app/rules/permissions.ts";
import { needsSecondConfirmation, removalWarnings, withWarning } from "#app/rules/removal-warning.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { removalDecisions } from "#db/lists.ts";
import { findCall } from "#db/queries/calls.ts";
import { listRemovalCandidates, requestRemovals } from "#db/queries/removals.ts";
import { Ask } from "./ask.tsx";
import { Warned } from "./warnings.tsx";

/** As many as one page of any table can choose, and as a URL can carry. */
const AT_ONCE = 500;
const REASON = 1000;

const Chosen = z.object({
  contact: Ids.catch([]).transform((ids) => ids.slice(0, AT_ONCE)),
  campaign: Id.nullable().catch(null),
  /** The call whose outcome asks for it. */
  call: Id.nullable().catch(null),
  next: z.string().default("").catch(""),
});
const Asked = z.object({
  contact: Ids.refine((ids) => ids.length > 0 && ids.length <= AT_ONCE, "error.required"),
  campaign: z.union([z.literal("").transform(() => null), Id]).default(null),
  decision: z.enum(removalDecisions),
  reason: requiredText(REASON),
  /** The contacts for whom a second confirmation was given, with commas between. */
  confirmed: z
    .string()
    .default("")
    .transform((ids) => ids.split(",").map(Number)),
  /** Instead of it: all but those who would need it. */
  only: z.literal("others").optional(),
  next: z.string().default(""),
});

export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "ask-removal");
  const { contact, campaign, call: call_id, next } = parseSearch(request, Chosen);
  const [found, call] = await Promise.all([
    listRemovalCandidates(contact, campaign),
    call_id ? findCall(call_id) : undefined,
  ]);
  const candidates = found.map(withWarning);
  const open = candidates.filter(({ standing }) => standing === null);
  const said = call && contact.includes(call.contact_id) ? call : undefined;
  return {
    campaign,
    next: next === "" ? "" : safeReturn(next),
    open,
    standing: candidates.filter((one) => one.standing !== null),
    warned: removalWarnings
      .map((warning) => ({ warning, contacts: open.filter((one) => one.warning === warning) }))
      .filter(({ contacts }) => contacts.length > 0),
    toConfirm: open
      .filter(({ warning }) => needsSecondConfirmation("remove", warning))
      .map(({ contact_id }) => contact_id),
    reason: said && (said.note.slice(0, REASON) || translator(user.language)(`calls.outcome.${said.outcome}`)),
  };
}

export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "ask-removal");
  const form = await parseForm(request, Asked);
  if (!form.ok) return data(form, { status: 400 });
  const { contact, campaign, next, confirmed, only, ...asked } = form.value;
  const doubtful = (await listRemovalCandidates(contact, campaign))
    .map(withWarning)
    .filter(({ standing, warning }) => standing === null && needsSecondConfirmation(asked.decision, warning))
    .flatMap(({ contact_id, category }) => (category ? [{ contact_id, category }] : []));
  const left = new Set(only ? doubtful.map(({ contact_id }) => contact_id) : []);
  const contact_ids = contact.filter((id) => !left.has(id));
  const isConfirmed = doubtful.every(({ contact_id }) => left.has(contact_id) || confirmed.includes(contact_id));
  if (!isConfirmed || contact_ids.length === 0) {
    return data(refuse({ confirmed: "removals.ask.unconfirmed" }, { ...asked, next }), { status: 400 });
  }
  const { removal_ids, standing } = await requestRemovals({
    ...asked,
    contact_ids,
    campaign_id: campaign,
    requested_by: user.id,
    confirmed: only ? [] : doubtful,
  });
  const elsewhere = campaign && may(user.role, "reports") ? `/campaigns/${campaign}` : "/worklist";
  const back = next === "" ? (contact.length === 1 ? `/contacts/${contact[0]}` : elsewhere) : safeReturn(next);
  const [first] = removal_ids;
  if (!first) return redirectWith(back, { text: "removals.flash.askedNone", tone: "warning" });
  const some = standing > 0 ? "removals.flash.askedSome" : "removals.flash.asked";
  return redirectWith(back, {
    text: left.size > 0 ? "removals.flash.askedOthers" : some,
    values: { count: removal_ids.length, standing, left: left.size },
    undo: { action: `/removals/${first}/withdraw`, fields: { together: "yes", next: back } },
  });
}

/** Also after a refusal: what has to be confirmed may have become other contacts than those shown. */
export const shouldRevalidate = ({ formAction, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs) =>
  formAction !== undefined || defaultShouldRevalidate;

type Candidate = ReturnType<typeof useLoaderData<typeof loader>>["open"][number];

export const handle: Handle = { title: (t) => t("removals.title") };

export default function NewRemovals() {
  const { open, standing, warned } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const unwarned = open.filter(({ warning }) => !warning);
  if (open.length === 0 && standing.length === 0) {
    return (
      <>
        <PageHead title={t("removals.title")} />
        <Empty title={t("removals.ask.nobody.title")} text={t("removals.ask.nobody.text")}>
          <LinkButton to="/worklist">{t("nav.worklist")}</LinkButton>
        </Empty>
      </>
    );
  }
  return (
    <div className="max-w-3xl">
      <PageHead
        title={t("removals.ask.title", { count: open.length || standing.length })}
        sub={t("removals.ask.sub")}
      />
      {standing.length > 0 ? <Standing candidates={standing} /> : null}
      {warned.map(({ warning, contacts }) => (
        <Warned key={warning} warning={warning} count={contacts.length}>
          <Contacts label={t(`removals.warning.${warning}.title`, { count: contacts.length })} contacts={contacts} />
        </Warned>
      ))}
      {unwarned.length > 0 ? (
        <>
          {warned.length > 0 ? (
            <h2 className="mt-6 font-semibold">{t("removals.ask.unwarned", { count: unwarned.length })}</h2>
          ) : null}
          <Contacts label={t("removals.ask.whom")} contacts={unwarned} />
        </>
      ) : null}
      {open.length > 0 ? <Ask /> : null}
    </div>
  );
}

function Contacts({ label, contacts }: { label: string; contacts: Candidate[] }) {
  return (
    <BoundedList label={label}>
      {contacts.map((one) => (
        <li key={one.contact_id} className="grid gap-x-6 gap-y-1.5 md:grid-cols-2">
          <ContactLines contact={one} />
          <BounceNote bounce={one} />
        </li>
      ))}
    </BoundedList>
  );
}

function Standing({ candidates }: { candidates: Candidate[] }) {
  const { t } = useTranslation();
  return (
    <section className="mt-4 rounded-xl border border-line px-4 py-3">
      <h2 className="text-muted">{t("removals.ask.standing", { count: candidates.length })}</h2>
      <ul className="mt-1 text-[13px]">
        {candidates.slice(0, 10).map((one) => (
          <li key={one.contact_id} className="[overflow-wrap:anywhere]">
            {one.email}
            {one.standing ? <span className="text-faint"> · {t(`removals.one.${one.standing}`)}</span> : null}
          </li>
        ))}
        {candidates.length > 10 ? (
          <li className="text-faint">{t("removals.more", { count: candidates.length - 10 })}</li>
        ) : null}
      </ul>
    </section>
  );
}
