import { Form, Link, useLoaderData } from "@remix-run/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Address } from "#app/components/address.tsx";
import { FaultsLine } from "#app/components/address-faults.tsx";
import { Badge } from "#app/components/badge.tsx";
import { Button } from "#app/components/button.tsx";
import { FollowUpBadge, whyOf } from "#app/components/follow-up-why.tsx";
import { PhoneLink } from "#app/components/phone-link.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { faultsOf } from "#app/rules/address-faults.ts";
import type { loader } from "./route.tsx";

/** What is known of a contact now: how to reach it, and what is open on it. */
export function Facts() {
  const { contact, addresses } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { date } = useFormat();
  const [current, ...earlier] = addresses;
  const faults = faultsOf(current?.email ?? "");
  return (
    <section aria-label={t("contacts.facts")}>
      <h2 className="sr-only">{t("contacts.facts")}</h2>
      <dl className="divide-y divide-line border-y border-line">
        <Fact name={t("contacts.field.email")}>
          <span className="font-medium">{current ? <Address email={current.email} /> : null}</span>
          {faults ? <FaultsLine faults={faults} /> : null}
        </Fact>
        {earlier.length > 0 ? (
          <Fact name={t("contacts.field.earlier")}>
            <ul className="space-y-1">
              {earlier.map((one) => (
                <li key={one.id} className="[overflow-wrap:anywhere]">
                  <s className="text-faint">{one.email}</s>{" "}
                  {one.replaced_at ? (
                    <span className="text-[12.5px] text-faint">
                      {t("contacts.until", { date: date(one.replaced_at) })}
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          </Fact>
        ) : null}
        <Fact name={t("contacts.field.phone")}>
          <PhoneLink contact={contact} />
          {contact.phone_e164 && contact.phone_e164 !== contact.phone ? (
            <span className="ml-2 text-[12.5px] text-faint tabular-nums">{contact.phone_e164}</span>
          ) : null}
        </Fact>
        {contact.crm_record_id ? (
          <Fact name={t("contacts.field.crm")}>
            <span className="[overflow-wrap:anywhere] tabular-nums">
              {[contact.crm_module, contact.crm_record_id].filter(Boolean).join(" · ")}
            </span>
          </Fact>
        ) : null}
        <FollowUp />
        <Removal />
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-3 py-2.5">
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function FollowUp() {
  const { followUp } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { dateTime, time } = useFormat();
  if (!followUp) return <Fact name={t("contacts.field.followUp")}>{t("contacts.noFollowUp")}</Fact>;
  return (
    <Fact name={t("contacts.field.followUp")}>
      <FollowUpBadge kind={followUp.kind} /> <span className="text-muted">{whyOf(followUp, t)}</span>
      <p className="mt-1 text-[12.5px] text-faint">
        {[
          t("contacts.dueAt", { time: dateTime(followUp.due_at) }),
          followUp.assigned_name ? t("contacts.assignedTo", { name: followUp.assigned_name }) : null,
          followUp.claimed_name && followUp.claimed_at
            ? t("worklist.hasIt", { name: followUp.claimed_name, time: time(followUp.claimed_at) })
            : null,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </Fact>
  );
}

function Removal() {
  const { removal, withdrawable, contact, may } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  if (!removal) return null;
  return (
    <Fact name={t("contacts.field.removal")}>
      <Badge tone={removal.decision === "remove" ? "hard" : "auto"}>
        {t(`contacts.removal.${removal.decision}.${removal.state === "confirmed" ? "done" : "asked"}`)}
      </Badge>
      <p className="mt-1 [overflow-wrap:anywhere] whitespace-pre-line">{removal.reason}</p>
      <p className="text-[12.5px] text-faint">
        {t("contacts.event.callBy", { name: removal.asked_by, time: dateTime(removal.requested_at) })}
      </p>
      {may.removals ? (
        <p className="mt-1">
          <Link to={`/removals?state=${removal.state}`} className="text-accent">
            {t("contacts.toRemovals")}
          </Link>
        </p>
      ) : null}
      {withdrawable ? (
        <Form method="post" action={`/removals/${removal.id}/withdraw`} className="mt-2">
          <input type="hidden" name="next" value={`/contacts/${contact.id}`} />
          <Button small>{t("contacts.withdraw")}</Button>
        </Form>
      ) : null}
    </Fact>
  );
}
