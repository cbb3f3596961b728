import { Form, Link, useActionData, useLoaderData, useNavigation, useRevalidator } from "@remix-run/react";
import { CircleUserRound } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { FaultsLine } from "#app/components/address-faults.tsx";
import { Alert } from "#app/components/alert.tsx";
import { Button } from "#app/components/button.tsx";
import { nameOf, personOf } from "#app/components/contact-name.ts";
import { FollowUpBadge } from "#app/components/follow-up-why.tsx";
import { Key } from "#app/components/key.tsx";
import { searchOf } from "#app/components/queue-search.ts";
import { useFormat } from "#app/i18n/format.ts";
import { faultsOf } from "#app/rules/address-faults.ts";
import { CallFields } from "./call-fields.tsx";
import { HeldBack } from "./held-back.tsx";
import { Offers } from "./offers.tsx";
import { Phone } from "./phone.tsx";
import { Reply } from "./reply.tsx";
import type { action, loader } from "./route.tsx";
import { Why } from "./why.tsx";

const renewEvery = 60_000;

/** The contact on the line: who it is, its phone, why it is here, and how the call went. */
export function Contact() {
  const { contact, followUp, caller, queue } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const taken = Boolean(followUp?.claimed_by) && followUp?.claimed_by !== caller.id;
  const faults = faultsOf(contact.email);
  useClaim(contact.id, Boolean(followUp), taken);
  return (
    <section aria-label={t("calls.contact")} className="min-w-0">
      <p className="mb-1.5 flex gap-3 text-[12.5px] text-faint xl:hidden">
        <Link
          to={`/worklist${searchOf({ ...queue, skipped: [] })}`}
          className="inline-block min-h-6 no-underline hover:underline"
        >
          {t("calls.wholeLine")}
        </Link>
        <a href="#history" className="inline-block min-h-6 no-underline hover:underline lg:hidden">
          {t("calls.history")}
        </a>
      </p>
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-[650] tracking-tight [overflow-wrap:anywhere]">{nameOf(contact)}</h1>
          <p className="text-muted [overflow-wrap:anywhere]">
            {[contact.company ? personOf(contact) : "", nameOf(contact) === contact.email ? "" : contact.email]
              .filter(Boolean)
              .join(" · ")}
          </p>
          {/* One that tells what was meant is offered above the form. */}
          {faults && faults.meant === undefined ? <FaultsLine faults={faults} /> : null}
        </div>
        <div className="flex items-center gap-2">
          {followUp ? <FollowUpBadge kind={followUp.kind} /> : null}
          <Link
            to={`/contacts/${contact.id}`}
            title={t("calls.toContact")}
            aria-label={t("calls.toContact")}
            className="flex size-7 items-center justify-center rounded-lg text-muted hover:bg-line/50 hover:text-text"
          >
            <CircleUserRound size={17} aria-hidden="true" />
          </Link>
        </div>
      </div>
      {taken ? <Taken /> : null}
      <HeldBack />
      <Phone />
      <Why />
      <Reply />
      <CallForm disabled={taken} />
    </section>
  );
}

/**
 * Claims the contact as soon as it is on the screen, and keeps the claim while it stays there. Beside Remix, which would
 * load the whole page anew each time, and with it lose the message of the call before; only a claim that changed hands does.
 */
function useClaim(contact_id: number, claimable: boolean, taken: boolean) {
  const { revalidate } = useRevalidator();
  useEffect(() => {
    if (!claimable) return;
    const claim = async () => {
      const body = new URLSearchParams({ stay: "yes" });
      const answer = await fetch(`/contacts/${contact_id}/claim`, { method: "POST", body }).catch(() => undefined);
      if (!answer?.ok) return;
      const { mine }: { mine: boolean } = await answer.json();
      if (mine === taken) revalidate();
    };
    claim();
    const timer = setInterval(claim, renewEvery);
    return () => clearInterval(timer);
  }, [revalidate, contact_id, claimable, taken]);
}

function Taken() {
  const { followUp, queue, contact } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { time } = useFormat();
  return (
    <div
      role="status"
      className="mt-4 flex flex-wrap items-center gap-3 rounded-lg bg-auto-soft px-3.5 py-2.5 text-auto"
    >
      <p className="min-w-0 flex-1 font-medium">
        {t("calls.taken", { name: followUp?.claimed_name, time: time(followUp?.claimed_at ?? new Date(0)) })}
      </p>
      <Form method="post" action={`/contacts/${contact.id}/skip${searchOf(queue)}`}>
        <Button aria-keyshortcuts="n" title={`${t("calls.nextOne")} (N)`}>
          {t("calls.nextOne")} <Key>N</Key>
        </Button>
      </Form>
    </div>
  );
}

function CallForm({ disabled }: { disabled: boolean }) {
  const { contact, followUp, callBacks, offers, savedKey, queue, form_key } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const navigation = useNavigation();
  const { t } = useTranslation();
  // Renewing the claim draws the page anew; the form stays the same form, or a double click could count twice.
  const [key] = useState(form_key);
  const taken = refused && "taken" in refused ? refused.taken : null;
  const search = searchOf(queue);
  const saving = navigation.formAction?.startsWith(`/contacts/${contact.id}/call`);
  return (
    <>
      <Form method="post" className="mt-5" aria-label={t("calls.log")}>
        {refused?.errors.form ? <Alert>{t(refused.errors.form as "error.form")}</Alert> : null}
        <fieldset disabled={disabled}>
          <legend className="sr-only">{t("calls.log")}</legend>
          <input type="hidden" name="form_key" value={key} />
          <input type="hidden" name="follow_up" value={followUp?.id ?? ""} />
          <Offers offers={offers} />
          <CallFields
            callBacks={callBacks}
            refused={refused}
            draft={{ name: `call ${contact.id}`, form_key: key, saved_key: savedKey }}
          />
          {taken ? (
            <p className="mt-1.5">
              <Link to={`/contacts/${taken.id}`} className="font-medium text-accent">
                {t("calls.seeOwner", { name: taken.name })}
              </Link>
            </p>
          ) : null}
          <div className="mt-4 flex flex-wrap items-center justify-end gap-2">
            <Button
              name="after"
              value="next"
              look="main"
              className="order-3"
              disabled={saving}
              aria-keyshortcuts="Control+Enter"
              title={`${t("calls.saveNext")} (Ctrl ↵)`}
            >
              {t("calls.saveNext")} <Key quiet>Ctrl ↵</Key>
            </Button>
            <Button name="after" value="stay" className="order-2" disabled={saving}>
              {t("common.save")}
            </Button>
            {followUp ? (
              <Button
                look="quiet"
                className="order-1"
                form="skip"
                aria-keyshortcuts="s"
                title={`${t("calls.skip")} (S)`}
              >
                {t("calls.skip")} <Key>S</Key>
              </Button>
            ) : null}
          </div>
        </fieldset>
      </Form>
      <Form id="skip" method="post" action={`/contacts/${contact.id}/skip${search}`} />
    </>
  );
}
