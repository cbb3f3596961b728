import { Form, Link } from "@remix-run/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, LinkButton } from "#app/components/button.tsx";
import { Reason } from "#app/components/verdict.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { TimelineEvent } from "#db/queries/contacts.ts";

type Props = {
  events: TimelineEvent[];
  /** Who looks, and whether they may change what others logged. Without one, calls can't be changed. */
  caller?: { id: number; any: boolean };
  /** Whether campaigns may be visited. */
  linked: boolean;
};

/** What happened to a contact, newest first: a line of points, each with its word. */
export function Timeline({ events, caller, linked }: Props) {
  return (
    <ol className="relative border-l border-line-strong pl-5">
      {events.map((event) => (
        <Entry key={`${event.kind} ${new Date(event.at).getTime()} ${idOf(event)}`} event={event}>
          {event.kind === "delivery" ? <Delivery event={event} linked={linked} /> : null}
          {event.kind === "call" ? <Call event={event} caller={caller} /> : null}
          {event.kind === "delivery" || event.kind === "call" ? null : <Other event={event} />}
        </Entry>
      ))}
    </ol>
  );
}

const idOf = (event: TimelineEvent) =>
  "campaign_id" in event ? event.campaign_id : "call_id" in event ? event.call_id : "";

function Entry({ event, children }: { event: TimelineEvent; children: ReactNode }) {
  return (
    <li className="relative pb-4 last:pb-0">
      <span
        aria-hidden="true"
        className={`absolute top-1.5 -left-[25px] size-[9px] rounded-full ring-3 ring-bg ${toneOf(event)}`}
      />
      {children}
    </li>
  );
}

function toneOf(event: TimelineEvent): string {
  if (event.kind === "call") return event.taken_back_at ? "bg-line-strong" : "bg-accent";
  if (event.kind === "removal-requested" || event.kind === "removal-decided") return "bg-hard";
  if (event.kind !== "delivery") return "bg-line-strong";
  if (event.bounce_kind) return event.bounce_kind === "hard" ? "bg-hard" : "bg-soft";
  if (event.auto_reply) return "bg-auto";
  return event.opened ? "bg-good" : "bg-line-strong";
}

function Title({ children, struck = false }: { children: ReactNode; struck?: boolean }) {
  return <p className={`font-semibold ${struck ? "text-faint line-through" : ""}`}>{children}</p>;
}

function Small({ children }: { children: ReactNode }) {
  return <p className="text-[12.5px] text-faint [overflow-wrap:anywhere]">{children}</p>;
}

function Delivery({ event, linked }: { event: Extract<TimelineEvent, { kind: "delivery" }>; linked: boolean }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const what = [
    event.bounce_kind ? t(`contacts.event.${event.bounce_kind}`) : null,
    event.auto_reply ? t("contacts.event.autoReply") : null,
    event.clicked ? t("contacts.event.clicked") : event.opened ? t("contacts.event.opened") : null,
    event.unsubscribed ? t("contacts.event.unsubscribed") : null,
    event.complained ? t("contacts.event.complained") : null,
  ].filter(Boolean);
  return (
    <>
      <Title>{what.length > 0 ? what.join(" · ") : t("contacts.event.sent")}</Title>
      <Small>
        {event.dated ? date(event.at) : t("contacts.event.undated")} ·{" "}
        {linked ? (
          <Link to={`/campaigns/${event.campaign_id}`} className="no-underline hover:underline">
            {event.campaign}
          </Link>
        ) : (
          event.campaign
        )}{" "}
        · {event.email}
      </Small>
      {event.bounce_reason ? (
        <Reason reason={event.bounce_reason} category={event.bounce_category} email={event.email} />
      ) : null}
      {event.auto_reply_reason ? (
        <Reason reason={event.auto_reply_reason} category={event.auto_reply_category} email={event.email} />
      ) : null}
    </>
  );
}

function Said({ children }: { children: ReactNode }) {
  return <p className="mt-0.5 text-[13px] whitespace-pre-line text-muted [overflow-wrap:anywhere]">{children}</p>;
}

function Call({ event, caller }: { event: Extract<TimelineEvent, { kind: "call" }>; caller: Props["caller"] }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const mine = caller && (caller.any || caller.id === event.called_by);
  const changeable = mine && event.latest && !event.taken_back_at;
  return (
    <>
      <Title struck={event.taken_back_at !== null}>{t(`calls.outcome.${event.outcome}`)}</Title>
      <Small>
        {t("contacts.event.callBy", { name: event.by, time: dateTime(event.at) })}
        {event.corrects ? ` · ${t("contacts.event.corrects")}` : ""}
      </Small>
      {event.taken_back_at ? (
        <Small>
          {t(event.corrected ? "contacts.event.correctedBy" : "contacts.event.takenBackBy", {
            name: event.taken_back_by,
            time: dateTime(event.taken_back_at),
          })}
        </Small>
      ) : null}
      {event.new_email ? <Said>{event.new_email}</Said> : null}
      {event.call_back_at ? (
        <Said>{t("contacts.event.callBackAt", { time: dateTime(event.call_back_at) })}</Said>
      ) : null}
      {event.note ? <Said>{event.note}</Said> : null}
      {changeable ? (
        <div className="mt-1 flex flex-wrap gap-1">
          <LinkButton small look="quiet" to={`/calls/${event.call_id}/edit`} className="-ml-2">
            {t("contacts.event.edit")}
          </LinkButton>
          <Form method="post" action={`/calls/${event.call_id}/take-back`}>
            <Button small look="quiet">
              {t("contacts.event.takeBack")}
            </Button>
          </Form>
        </div>
      ) : null}
    </>
  );
}

function Other({ event }: { event: Exclude<TimelineEvent, { kind: "delivery" } | { kind: "call" }> }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const who = event.by ? t("contacts.event.callBy", { name: event.by, time: dateTime(event.at) }) : dateTime(event.at);
  switch (event.kind) {
    case "correction":
      return (
        <>
          <Title>{t("contacts.event.correction")}</Title>
          <Small>{who}</Small>
          <Said>
            <s className="text-faint">{event.old_email}</s> → {event.new_email}
          </Said>
        </>
      );
    case "removal-requested":
      return (
        <>
          <Title>{t(`contacts.event.asked.${event.decision}`)}</Title>
          <Small>{who}</Small>
          <Said>{event.reason}</Said>
        </>
      );
    case "removal-exported":
      return (
        <>
          <Title>{t("contacts.event.exported")}</Title>
          <Small>{who}</Small>
        </>
      );
    case "removal-decided":
      return (
        <>
          <Title>{t(`contacts.event.${event.state}`)}</Title>
          <Small>{who}</Small>
          {event.note ? <Said>{event.note}</Said> : null}
        </>
      );
    case "opened":
      return (
        <>
          <Title>{t("contacts.event.followUpOpened")}</Title>
          <Small>
            {who}
            {event.campaign ? ` · ${event.campaign}` : ""}
          </Small>
        </>
      );
    case "closed":
      return (
        <>
          <Title>{t("contacts.event.followUpClosed", { result: t(`contacts.result.${event.closed_as}`) })}</Title>
          <Small>{who}</Small>
        </>
      );
  }
}
