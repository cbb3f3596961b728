import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData, useLocation } from "@remix-run/react";
import { Ban, ListPlus, Pencil, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { nameOf, personOf } from "#app/components/contact-name.ts";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Pager } from "#app/components/pager.tsx";
import { Id, PageNumber, PageSize, parseParams, parseSearch } from "#app/request.ts";
import { claimMinutes } from "#app/rules/claim.ts";
import { permissionsOf } from "#app/rules/permissions.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { findContact, listAddresses, listTimeline } from "#db/queries/contacts.ts";
import { findFollowUp } from "#db/queries/follow-ups.ts";
import { listRemovalsOfContact } from "#db/queries/removals.ts";
import { Facts } from "./facts.tsx";
import { Timeline } from "./timeline.tsx";

const Params = z.object({ contactId: Id });
const Search = z.object({ page: PageNumber, size: PageSize });

export async function loader({ params, request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "contacts");
  const { contactId } = parseParams(params, Params);
  const search = parseSearch(request, Search);
  const contact = await findContact(contactId);
  if (!contact) throw new Response(null, { status: 404 });
  const [addresses, followUp, removals, timeline] = await Promise.all([
    listAddresses(contactId),
    findFollowUp(contactId, claimMinutes),
    listRemovalsOfContact(contactId),
    listTimeline({ contact_id: contactId, ...search }),
  ]);
  const removal = removals.find(({ state }) => state === "requested" || state === "exported" || state === "confirmed");
  const permissions = permissionsOf(user.role);
  const may = {
    call: permissions.includes("calls"),
    list: permissions.includes("worklist"),
    askRemoval: permissions.includes("ask-removal"),
    reports: permissions.includes("reports"),
    removals: permissions.includes("removals"),
  };
  const caller = may.call ? { id: user.id, any: user.role === "administrator" } : undefined;
  const withdrawable =
    removal?.state === "requested" && may.askRemoval && (removal.requested_by === user.id || caller?.any);
  return { contact, addresses, followUp, removal, withdrawable, timeline, search, may, caller };
}

export const handle: Handle<typeof loader> = { title: (_, { contact }) => nameOf(contact) };

export default function Contact() {
  const { contact, timeline, search, caller, may } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead
        crumb={{ to: "/contacts", label: t("contacts.title") }}
        title={nameOf(contact)}
        sub={contact.company ? personOf(contact) : undefined}
      >
        <Acts />
      </PageHead>
      <div className="mt-6 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,21rem)_minmax(0,1fr)]">
        <Facts />
        <section aria-label={t("contacts.timeline")}>
          <h2 className="mb-3 text-base font-semibold">{t("contacts.timeline")}</h2>
          {timeline.events.length > 0 ? (
            <Timeline events={timeline.events} caller={caller} linked={may.reports} />
          ) : (
            <p className="text-muted">{t("contacts.nothingYet")}</p>
          )}
          <Pager page={search.page} size={search.size} total={timeline.total} />
        </section>
      </div>
    </>
  );
}

function Acts() {
  const { contact, followUp, removal, may } = useLoaderData<typeof loader>();
  const { pathname } = useLocation();
  const { t } = useTranslation();
  return (
    <>
      {may.call ? (
        <LinkButton
          look="main"
          to={`/contacts/${contact.id}/call`}
          aria-keyshortcuts="l"
          title={`${t("contacts.call")} (L)`}
        >
          <Phone size={15} aria-hidden="true" />
          {t("contacts.call")} <Key quiet>L</Key>
        </LinkButton>
      ) : null}
      {may.list && !followUp && !removal ? (
        <Form method="post" action="/follow-ups">
          <input type="hidden" name="contact" value={contact.id} />
          <input type="hidden" name="next" value={pathname} />
          <Button>
            <ListPlus size={15} aria-hidden="true" />
            {t("contacts.addToWorklist")}
          </Button>
        </Form>
      ) : null}
      {may.list && followUp ? (
        <Form method="post" action={`/contacts/${contact.id}/dismiss`}>
          <Button>{t("contacts.dismiss")}</Button>
        </Form>
      ) : null}
      {may.askRemoval && !removal ? (
        <LinkButton look="danger" to={`/removals/new?contact=${contact.id}`}>
          <Ban size={15} aria-hidden="true" />
          {t("contacts.askRemoval")}
        </LinkButton>
      ) : null}
      <LinkButton to={`/contacts/${contact.id}/edit`} aria-keyshortcuts="e" title={`${t("contacts.edit")} (E)`}>
        <Pencil size={14} aria-hidden="true" />
        {t("contacts.edit")} <Key>E</Key>
      </LinkButton>
    </>
  );
}
