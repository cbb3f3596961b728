import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { BounceNote } from "#app/components/bounce-note.tsx";
import { BoundedList } from "#app/components/bounded-list.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { ContactLines } from "#app/components/contact-lines.tsx";
import { Empty } from "#app/components/empty.tsx";
import { TextField } from "#app/components/field.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { Id, Ids, parseForm, parseSearch, requiredText } from "#app/request.ts";
import { may } from "#app/rules/permissions.ts";
import { removalWarning } from "#app/rules/removal-warning.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { removalDecisions } from "#db/lists.ts";
import { listRemovalCandidates, requestRemovals } from "#db/queries/removals.ts";
import { Decision } from "./decision.tsx";
import { Warnings } from "./warnings.tsx";

/** As many as one page of any table can choose, and as a URL can carry. */
const AT_ONCE = 500;

const Chosen = z.object({
  contact: Ids.catch([]).transform((ids) => ids.slice(0, AT_ONCE)),
  campaign: Id.nullable().catch(null),
  next: z.string().default("").catch(""),
});
const Asked = z.object({
  contact: Ids.refine((ids) => ids.length > 0 && ids.length <= AT_ONCE, "error.required"),
  campaign: z.union([z.literal("").transform(() => null), Id]).default(null),
  decision: z.enum(removalDecisions),
  reason: requiredText(1000),
  next: z.string().default(""),
});

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "ask-removal");
  const { contact, campaign, next } = parseSearch(request, Chosen);
  const candidates = await listRemovalCandidates(contact, campaign);
  const back = next === "" ? "" : safeReturn(next);
  return { campaign, next: back, candidates: candidates.map((one) => ({ ...one, warning: removalWarning(one) })) };
}

export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "ask-removal");
  const form = await parseForm(request, Asked);
  if (!form.ok) return data(form, { status: 400 });
  const { contact, campaign, next, ...asked } = form.value;
  const { removal_ids, standing } = await requestRemovals({
    ...asked,
    contact_ids: contact,
    campaign_id: campaign,
    requested_by: user.id,
  });
  const elsewhere = campaign && may(user.role, "reports") ? `/campaigns/${campaign}` : "/worklist";
  const back = next === "" ? (contact.length === 1 ? `/contacts/${contact[0]}` : elsewhere) : safeReturn(next);
  const [first] = removal_ids;
  if (!first) return redirectWith(back, { text: "removals.flash.askedNone", tone: "warning" });
  return redirectWith(back, {
    text: standing > 0 ? "removals.flash.askedSome" : "removals.flash.asked",
    values: { count: removal_ids.length, standing },
    undo: { action: `/removals/${first}/withdraw`, fields: { together: "yes", next: back } },
  });
}

type Candidate = ReturnType<typeof useLoaderData<typeof loader>>["candidates"][number];

export const handle: Handle = { title: (t) => t("removals.title") };

export default function NewRemovals() {
  const { candidates, campaign, next } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  const open = candidates.filter(({ standing }) => standing === null);
  const standing = candidates.filter((one) => one.standing !== null);
  if (candidates.length === 0) {
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
        title={t("removals.ask.title", { count: open.length || candidates.length })}
        sub={t("removals.ask.sub")}
      />
      {standing.length > 0 ? <Standing candidates={standing} /> : null}
      {open.length > 0 ? (
        <>
          <Warnings found={open.map(({ warning }) => warning)} />
          <BoundedList label={t("removals.ask.whom")}>
            {open.map((one) => (
              <li key={one.contact_id} className="grid gap-x-6 gap-y-1.5 md:grid-cols-2">
                <ContactLines contact={one} />
                <BounceNote bounce={one} warning={one.warning} />
              </li>
            ))}
          </BoundedList>
          <Form method="post" className="mt-6 space-y-5">
            {open.map(({ contact_id }) => (
              <input key={contact_id} type="hidden" name="contact" value={contact_id} />
            ))}
            <input type="hidden" name="campaign" value={campaign ?? ""} />
            <input type="hidden" name="next" value={next} />
            <Decision
              // Where something speaks against a removal, nobody slips into one by a default.
              chosen={refused?.values.decision ?? (open.some(({ warning }) => warning) ? undefined : "remove")}
              error={refused?.errors.decision}
            />
            <TextField
              label={t("removals.ask.reason")}
              hint={t("removals.ask.reasonHint")}
              name="reason"
              required
              maxLength={1000}
              defaultValue={refused?.values.reason}
              error={refused?.errors.reason}
            />
            <div className="flex flex-wrap gap-2">
              <Button
                look="main"
                aria-keyshortcuts="Control+Enter"
                title={`${t("removals.ask.submit", { count: open.length })} (Ctrl+Enter)`}
              >
                {t("removals.ask.submit", { count: open.length })} <Key quiet>Ctrl ↵</Key>
              </Button>
              <LinkButton
                to={next || "/worklist"}
                look="quiet"
                aria-keyshortcuts="Escape"
                title={`${t("common.cancel")} (Esc)`}
              >
                {t("common.cancel")}
              </LinkButton>
            </div>
          </Form>
        </>
      ) : null}
    </div>
  );
}

function Standing({ candidates }: { candidates: Candidate[] }) {
  const { t } = useTranslation();
  return (
    <section className="mt-4 rounded-xl border border-line px-4 py-3">
      <h2 className="text-muted">{t("removals.ask.standing", { count: candidates.length })}</h2>
      <ul className="mt-1 text-[13px]">
        {candidates.slice(0, 10).map((one) => (
          <li key={one.contact_id} className="break-all">
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
