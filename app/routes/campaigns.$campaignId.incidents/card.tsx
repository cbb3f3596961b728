import { Form, useRouteLoaderData } from "@remix-run/react";
import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "#app/components/button.tsx";
import { incidentSentence } from "#app/components/incident-sentence.ts";
import { VerdictLine } from "#app/components/verdict.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import type { loader as campaignLoader } from "../campaigns.$campaignId.tsx";
import { checkTexts } from "./check-texts.ts";
import { CopyText } from "./copy-text.tsx";
import type { IncidentData } from "./route.tsx";
import { supportText } from "./support-text.ts";

/** One incident: what it means, what they answer and where, what to check, a text to send on, and its calls. */
export function IncidentCard({ incident, organization }: { incident: IncidentData; organization: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const campaign = useRouteLoaderData<typeof campaignLoader>("routes/campaigns.$campaignId")?.campaign;
  const heading = `incident-${incident.id}`;
  return (
    <article
      id={heading}
      aria-labelledby={`${heading}-title`}
      className="mt-4 scroll-mt-20 overflow-hidden rounded-xl border border-line bg-surface"
    >
      <header className="px-4 pt-3.5">
        <h3 id={`${heading}-title`} className="text-base font-semibold">
          {incidentSentence(incident, t)}
        </h3>
        <p className="mt-1 text-muted">
          <VerdictLine category={incident.category} /> {t(`verdict.todo.${incident.category}`)}
        </p>
      </header>
      <div className="grid gap-x-8 gap-y-4 px-4 py-4 lg:grid-cols-2">
        <div className="min-w-0 space-y-4">
          <Part title={t("incidents.reason")}>
            <Quote>{incident.reasons[0] ?? ""}</Quote>
            {incident.reasons.length > 1 ? (
              <details className="mt-1.5">
                <summary className="min-h-6 text-[12.5px] text-accent">{t("incidents.otherReasons")}</summary>
                {incident.reasons.slice(1).map((reason) => (
                  <Quote key={reason}>{reason}</Quote>
                ))}
              </details>
            ) : null}
          </Part>
          <Part title={t("incidents.hosts")}>
            <Hosts incident={incident} />
          </Part>
          <Part title={t("incidents.checks")}>
            <Checks incident={incident} />
          </Part>
        </div>
        <CopyText
          title={t("incidents.support.title")}
          text={supportText({ incident, campaign, organization }, t, format)}
        />
      </div>
      <Calls incident={incident} />
    </article>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h4 className="mb-1 text-[13px] font-semibold">{title}</h4>
      {children}
    </section>
  );
}

function Quote({ children }: { children: string }) {
  return (
    <blockquote className="mt-1 border-l-2 border-line-strong pl-2.5 text-[13px] [overflow-wrap:anywhere] whitespace-pre-line">
      {children}
    </blockquote>
  );
}

function Hosts({ incident }: { incident: IncidentData }) {
  const { t } = useTranslation();
  const format = useFormat();
  const left = incident.hosts - incident.top_hosts.length;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-[13px]">
      {incident.top_hosts.map(({ name, domains, addresses }) => (
        <li key={name} className="[overflow-wrap:anywhere]">
          {name}
          {domains.length === 1 && domains[0] === name ? null : (
            <span className="text-faint"> ({domains.join(", ")})</span>
          )}{" "}
          <span className="font-medium tabular-nums">{format.number(addresses)}</span>
        </li>
      ))}
      {left > 0 ? <li className="text-faint">{t("incidents.moreHosts", { count: left })}</li> : null}
    </ul>
  );
}

function Checks({ incident }: { incident: IncidentData }) {
  const { t } = useTranslation();
  return (
    <ol className="list-decimal space-y-1 pl-5 text-[13px] marker:text-faint">
      {checkTexts(incident.checks, t).map(({ name, text, page }) => (
        <li key={name}>
          <b className="font-medium">{name}:</b> <span className="text-muted">{text}</span>
          {page ? (
            <a
              href={page.url}
              target="_blank"
              rel="noreferrer"
              className="ml-1.5 inline-flex min-h-6 items-center gap-1 text-accent"
            >
              {t("incidents.page", { name: page.name })}
              <ExternalLink size={12} aria-hidden="true" />
            </a>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

/** How many calls hang on it, and whether they are made. Each button is a route of its own. */
function Calls({ incident }: { incident: IncidentData }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  const { id, is_held, open, held, promised, held_by, held_at, released_by, released_at } = incident;
  return (
    <footer className="flex flex-wrap items-center gap-x-6 gap-y-2 border-t border-line bg-bg px-4 py-3">
      <p className="min-w-0 flex-1 basis-64">
        {is_held && held_at
          ? t("incidents.held", { count: held, name: held_by, time: dateTime(held_at) })
          : open > 0
            ? t("incidents.open", { count: open })
            : t("incidents.noneOpen")}
        {promised > 0 ? ` ${t("incidents.promised", { count: promised })}` : null}
        {!is_held && released_at ? (
          <span className="text-faint">
            {" "}
            {t("incidents.released", { name: released_by, time: dateTime(released_at) })}
          </span>
        ) : null}
      </p>
      {permissions.includes("worklist") && (is_held || open > 0) ? (
        <Form method="post" action={`/incidents/${id}/${is_held ? "release" : "hold"}`} preventScrollReset>
          <Button look={is_held ? "main" : "plain"}>{t(is_held ? "incidents.release" : "incidents.hold")}</Button>
        </Form>
      ) : null}
    </footer>
  );
}
