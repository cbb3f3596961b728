import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { BounceNote, ConfirmedTwice } from "#app/components/bounce-note.tsx";
import { BoundedList } from "#app/components/bounded-list.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { ContactLines } from "#app/components/contact-lines.tsx";
import { Empty } from "#app/components/empty.tsx";
import { TextField } from "#app/components/field.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { useFormat } from "#app/i18n/format.ts";
import { Ids, parseForm, parseSearch, requiredText } from "#app/request.ts";
import { may } from "#app/rules/permissions.ts";
import { withWarning } from "#app/rules/removal-warning.ts";
import { requireUser, safeReturn } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { keepRemovals, listOpenRemovals } from "#db/queries/removals.ts";

const Chosen = z.object({ removal: Ids.catch([]), next: z.string().default("/removals").catch("/removals") });
const Kept = z.object({ removal: Ids, reason: requiredText(1000), next: z.string().default("/removals") });

/** A message is a cookie, and a cookie is small. */
const OFFERED_AT_ONCE = 50;

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "removals");
  const { removal, next } = parseSearch(request, Chosen);
  const removals = await listOpenRemovals(removal);
  return { next: safeReturn(next), removals: removals.map(withWarning) };
}

export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "removals");
  const form = await parseForm(request, Kept);
  if (!form.ok) return data(form, { status: 400 });
  const back = safeReturn(form.value.next);
  const kept = await keepRemovals(form.value.removal, form.value.reason, user.id);
  const [first] = kept;
  if (!first) return redirectWith(back, { text: "removals.flash.keptNone", tone: "warning" });
  const contact = kept.map(({ contact_id }) => String(contact_id));
  const offered = may(user.role, "worklist") && contact.length <= OFFERED_AT_ONCE;
  return redirectWith(back, {
    text: "removals.flash.kept",
    values: { count: kept.length },
    undo: { action: `/removals/${first.id}/take-back`, fields: { together: "yes", next: back } },
    offer: offered
      ? { text: "removals.flash.callAgain", action: "/follow-ups", fields: { contact, next: back } }
      : undefined,
  });
}

export const handle: Handle = { title: (t) => t("removals.title") };

export default function KeepRemovals() {
  const { removals, next } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const crumb = { to: next, label: t("removals.title") };
  if (removals.length === 0) {
    return (
      <>
        <PageHead title={t("removals.title")} />
        <Empty title={t("removals.keep.nothing.title")} text={t("removals.keep.nothing.text")}>
          <LinkButton to={next}>{t("common.back")}</LinkButton>
        </Empty>
      </>
    );
  }
  return (
    <div className="max-w-3xl">
      <PageHead
        title={t("removals.keep.title", { count: removals.length })}
        sub={t("removals.keep.sub", { count: removals.length })}
        crumb={crumb}
      />
      <BoundedList label={t("removals.ask.whom")}>
        {removals.map((one) => (
          <li key={one.id} className="grid gap-x-6 gap-y-1.5 md:grid-cols-2">
            <div className="min-w-0">
              <ContactLines contact={one} />
              <p className="mt-1.5 text-[13px] break-words">{one.reason}</p>
              <p className="text-[12.5px] text-faint">
                {t("removals.askedBy", { name: one.asked_by, time: dateTime(one.requested_at) })}
              </p>
              {one.confirmed_against ? <ConfirmedTwice category={one.confirmed_against} /> : null}
            </div>
            <BounceNote bounce={one} />
          </li>
        ))}
      </BoundedList>
      <Form method="post" className="mt-5 space-y-5">
        {removals.map(({ id }) => (
          <input key={id} type="hidden" name="removal" value={id} />
        ))}
        <input type="hidden" name="next" value={next} />
        <TextField
          label={t("removals.keep.reason")}
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
            title={`${t("removals.keep.submit", { count: removals.length })} (Ctrl+Enter)`}
          >
            {t("removals.keep.submit", { count: removals.length })} <Key quiet>Ctrl ↵</Key>
          </Button>
          <LinkButton to={next} look="quiet" aria-keyshortcuts="Escape" title={`${t("common.cancel")} (Esc)`}>
            {t("common.cancel")}
          </LinkButton>
        </div>
      </Form>
    </div>
  );
}
