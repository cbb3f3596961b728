import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { nameOf } from "#app/components/contact-name.ts";
import { Empty } from "#app/components/empty.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { searchOf } from "#app/components/queue-search.ts";
import { PageNumber, PageSize, parseSearch } from "#app/request.ts";
import type { loader as rootLoader } from "#app/root.tsx";
import { may } from "#app/rules/permissions.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { QueueSearch, viewOf } from "#app/worklist-view.ts";
import { listCampaignNames } from "#db/queries/campaigns.ts";
import { countFollowUps, listClaims, listFollowUps } from "#db/queries/follow-ups.ts";
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
  const [rows, now, later, claims, campaigns, users] = await Promise.all([
    listFollowUps({ ...view, due: search.due, page: search.page, size: search.size }),
    countFollowUps({ ...view, due: "now" }, countLimit),
    countFollowUps({ ...view, due: "later" }, countLimit),
    listClaims(user.id, view.claim_minutes),
    listCampaignNames(),
    listUsers(),
  ]);
  const callers = users.filter(({ role }) => may(role, "worklist")).map(({ id, name }) => ({ id, name }));
  return { search, rows, counts: { now, later, all: now + later }, claims, campaigns, callers, at: new Date() };
}

export type WorklistData = Awaited<ReturnType<typeof loader>>;

export const handle: Handle = { title: (t) => t("worklist.title") };

export default function Worklist() {
  const { search, rows, counts } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const capped = counts.now >= countLimit || counts.later >= countLimit;
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
