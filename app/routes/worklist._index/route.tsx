import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { Pause, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { nameOf } from "#app/components/contact-name.ts";
import { Empty } from "#app/components/empty.tsx";
import { incidentSays } from "#app/components/incident-sentence.ts";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { searchOf } from "#app/components/queue-search.ts";
import { useFormat } from "#app/i18n/format.ts";
import { PageNumber, PageSize, parseSearch } from "#app/request.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import { may } from "#app/rules/permissions.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { QueueSearch, viewOf } from "#app/worklist-view.ts";
import { listCampaignNames } from "#db/queries/campaigns.ts";
import { countFollowUps, listClaims, listFollowUps } from "#db/queries/follow-ups.ts";
import { listHeldIncidents } from "#db/queries/incidents.ts";
import { listUsers } from "#db/queries/users.ts";
import { dues } from "./dues.ts";
import { Filters } from "./filters.tsx";
import { WorklistTable } from "./table.tsx";

const Search = z.object({
  ...QueueSearch.shape,
  due: z.enum(dues).catch("now"),
  page: PageNumber,
  size: PageSize,
});
const countLimit = 10_000;

export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "worklist");
  const search = parseSearch(request, Search);
  const view = viewOf(search, user.id);
  const [rows, now, later, held, incidents, claims, campaigns, users] = await Promise.all([
    listFollowUps({ ...view, due: search.due, page: search.page, size: search.size }),
    countFollowUps({ ...view, due: "now" }, countLimit),
    countFollowUps({ ...view, due: "later" }, countLimit),
    countFollowUps({ ...view, due: "held" }, countLimit),
    listHeldIncidents(),
    listClaims(user.id, view.claim_minutes),
    listCampaignNames(),
    listUsers(),
  ]);
  const callers = users.filter(({ role }) => may(role, "worklist")).map(({ id, name }) => ({ id, name }));
  const counts = { now, later, all: now + later, held };
  return { search, rows, counts, incidents, claims, campaigns, callers, at: new Date() };
}

export type WorklistData = Awaited<ReturnType<typeof loader>>;

export const handle: Handle = { title: (t) => t("worklist.title") };

export default function Worklist() {
  const { search, rows, counts } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const capped = counts.now >= countLimit || counts.later >= countLimit || counts.held >= countLimit;
  return (
    <>
      <PageHead title={t("worklist.title")} sub={t("worklist.sub", { count: counts.now })}>
        {counts.now > 0 ? (
          <Form method="post" action={`/worklist/next${searchOf({ ...search, skipped: [] })}`}>
            <Button look="main" aria-keyshortcuts="n" title={`${t("worklist.next")} (N)`}>
              <Phone size={15} aria-hidden="true" />
              {t("worklist.next")} <Key quiet>N</Key>
            </Button>
          </Form>
        ) : null}
      </PageHead>
      <Colleagues />
      <HeldBack />
      <Filters />
      {rows.length > 0 ? <WorklistTable /> : <Nothing />}
      <Pager page={search.page} size={search.size} total={counts[search.due]} capped={capped} />
    </>
  );
}

/** Who is on the phone with whom, so that nobody calls the same. */
function Colleagues() {
  const { claims } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  if (claims.length === 0) return null;
  return (
    <ul aria-label={t("worklist.colleagues")} className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-[12.5px] text-faint">
      {claims.map((claim) => (
        <li key={claim.contact_id}>
          {t("worklist.isWith", { name: claim.user })}{" "}
          <Link to={`/contacts/${claim.contact_id}`} className="no-underline hover:underline">
            {nameOf(claim)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What isn't phoned now, and for which incidents: nobody should miss a call without knowing why. */
function HeldBack() {
  const { incidents } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { number } = useFormat();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  if (incidents.length === 0) return null;
  const calls = incidents.reduce((sum, incident) => sum + incident.calls, 0);
  return (
    <section
      aria-labelledby="held-back"
      className="mt-4 flex gap-3 rounded-lg border border-line bg-surface px-3.5 py-2"
    >
      <Pause size={15} aria-hidden="true" className="mt-0.5 shrink-0 text-faint" />
      <div className="min-w-0">
        <h2 id="held-back" className="font-medium">
          <Link to="/worklist?due=held" className="inline-block min-h-[24px] no-underline hover:underline">
            {t("worklist.heldBack", { count: calls })}
          </Link>
        </h2>
        <ul className="text-[13px] text-muted">
          {incidents.slice(0, 3).map((incident) => (
            <li key={incident.id}>
              {permissions.includes("reports") ? (
                <Link
                  to={`/campaigns/${incident.campaign_id}/incidents#incident-${incident.id}`}
                  className="inline-block min-h-[24px]"
                >
                  {incidentSays(incident, t)}
                </Link>
              ) : (
                incidentSays(incident, t)
              )}{" "}
              <span className="text-faint">
                · {incident.campaign} · <span className="tabular-nums">{number(incident.calls)}</span>
              </span>
            </li>
          ))}
          {incidents.length > 3 ? <li>{t("incidents.moreHosts", { count: incidents.length - 3 })}</li> : null}
        </ul>
      </div>
    </section>
  );
}

function Nothing() {
  const { search, counts } = useLoaderData<typeof loader>();
  const permissions = useRouteLoaderData<typeof rootLoader>("root")?.permissions ?? [];
  const { t } = useTranslation();
  const filtered = search.who !== "all" || search.kind || search.campaign;
  if (filtered)
    return (
      <Empty title={t("worklist.empty.filtered.title")} text={t("worklist.empty.filtered.text")}>
        <LinkButton to="/worklist">{t("worklist.showAll")}</LinkButton>
      </Empty>
    );
  if (search.due === "held")
    return <Empty title={t("worklist.empty.held.title")} text={t("worklist.empty.held.text")} />;
  if (search.due === "now" && counts.later > 0)
    return (
      <Empty title={t("worklist.empty.done.title")} text={t("worklist.empty.done.text", { count: counts.later })}>
        <LinkButton to="/worklist?due=later">{t("worklist.due.later")}</LinkButton>
      </Empty>
    );
  return (
    <Empty title={t("worklist.empty.all.title")} text={t("worklist.empty.all.text")}>
      {permissions.includes("imports") ? <LinkButton to="/imports/new">{t("worklist.empty.import")}</LinkButton> : null}
    </Empty>
  );
}
