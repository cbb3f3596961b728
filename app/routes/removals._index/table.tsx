import { Form, Link, useLocation } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { Badge } from "#app/components/badge.tsx";
import { BounceNote, ConfirmedTwice } from "#app/components/bounce-note.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { ContactLines } from "#app/components/contact-lines.tsx";
import { type DataColumn, DataTable } from "#app/components/data-table.tsx";
import { Key } from "#app/components/key.tsx";
import { useFormat } from "#app/i18n/format.ts";
import type { Category } from "#app/rules/verdict/categories.ts";
import type { BounceKind, RemovalDecision, RemovalState } from "#db/schema.ts";

type Removal = {
  id: number;
  contact_id: number;
  email: string;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  campaign_id: number | null;
  campaign: string | null;
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
  category: Category | null;
  differs: boolean;
  decision: RemovalDecision;
  state: RemovalState;
  reason: string;
  confirmed_against: Category | null;
  asked_by: string;
  requested_at: Date;
  batch_id: number | null;
  decided_by: string | null;
  decided_at: Date | null;
  decided_note: string;
  withdrawable: boolean;
};

/** The removals of one state, with what can be done to them in it. */
export function RemovalTable({
  removals,
  state,
  form_key,
}: {
  removals: Removal[];
  state: RemovalState;
  form_key: string;
}) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const open = state === "requested" || state === "exported";
  const columns: DataColumn<Removal>[] = [
    {
      id: "contact",
      header: t("removals.column.contact"),
      cell: (one) => <ContactLines contact={one} />,
      className: "md:min-w-60 md:max-w-72",
    },
    {
      id: "decision",
      header: t("removals.column.decision"),
      cell: ({ decision }) => (
        <Badge tone={decision === "remove" ? "hard" : "auto"}>{t(`removals.decision.${decision}`)}</Badge>
      ),
      card: "plain",
    },
    {
      id: "bounce",
      header: t("removals.column.bounce"),
      cell: (one) => <BounceNote bounce={one} />,
      card: "plain",
      className: "md:min-w-56 md:max-w-80",
    },
    {
      id: "reason",
      header: t("removals.column.reason"),
      cell: (one) => (
        <>
          <Said
            text={one.reason}
            by={t("removals.askedBy", { name: one.asked_by, time: dateTime(one.requested_at) })}
            batch={state === "exported" ? { state, id: one.batch_id } : undefined}
          />
          {one.confirmed_against ? <ConfirmedTwice category={one.confirmed_against} /> : null}
        </>
      ),
      className: "md:min-w-48 md:max-w-80",
    },
    ...(open
      ? []
      : [
          {
            id: "decided",
            header: t("removals.column.decided"),
            cell: (one: Removal) =>
              one.decided_at ? (
                <Said
                  text={one.decided_note}
                  by={t("removals.askedBy", { name: one.decided_by, time: dateTime(one.decided_at) })}
                  batch={{ state, id: one.batch_id }}
                />
              ) : null,
            className: "md:min-w-40 md:max-w-72",
          },
        ]),
    ...(state === "withdrawn"
      ? []
      : [
          {
            id: "acts",
            header: t("removals.column.acts"),
            cell: (one: Removal) => <Acts removal={one} open={open} />,
            card: "plain" as const,
          },
        ]),
  ];
  return (
    <DataTable
      caption={t(`removals.state.${state}`)}
      columns={columns}
      rows={removals}
      rowId={({ id }) => id}
      rowLabel={({ email }) => email}
      select={open ? { name: "removal", acts: <BulkActs state={state} form_key={form_key} /> } : undefined}
    />
  );
}

/** Somebody's words, who and when, and the batch that carried them. */
function Said({ text, by, batch }: { text: string; by: string; batch?: { state: RemovalState; id: number | null } }) {
  const { t } = useTranslation();
  return (
    <>
      {text ? <p className="break-words whitespace-pre-line">{text}</p> : null}
      <p className="text-[12.5px] text-faint">
        {by}
        {batch?.id ? (
          <>
            {" · "}
            <Link to={`/removals?state=${batch.state}&batch=${batch.id}`} className="no-underline hover:underline">
              {t("removals.inBatch", { id: batch.id })}
            </Link>
          </>
        ) : null}
      </p>
    </>
  );
}

function BulkActs({ state, form_key }: { state: RemovalState; form_key: string }) {
  const { t } = useTranslation();
  return (
    <>
      <input type="hidden" name="next" value={useHere()} />
      {state === "requested" ? (
        <Button
          look="main"
          small
          name="form_key"
          value={form_key}
          formAction="/batches?scope=chosen"
          aria-keyshortcuts="x"
          title={`${t("removals.exportChosen")} (X)`}
        >
          {t("removals.exportChosen")} <Key quiet>X</Key>
        </Button>
      ) : null}
      <Button
        look={state === "exported" ? "main" : "plain"}
        small
        formAction="/removals/confirm"
        aria-keyshortcuts="c"
        title={`${t("removals.confirm")} (C)`}
      >
        {t("removals.confirm")} <Key quiet={state === "exported"}>C</Key>
      </Button>
      <Button
        small
        formAction="/removals/keep"
        formMethod="get"
        aria-keyshortcuts="k"
        title={`${t("removals.keepChosen")} (K)`}
      >
        {t("removals.keepChosen")} <Key>K</Key>
      </Button>
    </>
  );
}

function Acts({ removal, open }: { removal: Removal; open: boolean }) {
  const { t } = useTranslation();
  const here = useHere();
  const to = (act: string) => `/removals/${removal.id}/${act}`;
  return (
    <div className="flex flex-wrap gap-1.5">
      {open ? (
        <LinkButton small to={`/removals/keep?${new URLSearchParams({ removal: String(removal.id), next: here })}`}>
          {t("removals.keepOne")}
        </LinkButton>
      ) : (
        <Form method="post" action={to("take-back")}>
          <input type="hidden" name="next" value={here} />
          <Button small look="quiet">
            {t("removals.takeBack")}
          </Button>
        </Form>
      )}
      {removal.withdrawable ? (
        <Form method="post" action={to("withdraw")}>
          <input type="hidden" name="next" value={here} />
          <Button small look="quiet">
            {t("removals.withdraw")}
          </Button>
        </Form>
      ) : null}
    </div>
  );
}

function useHere() {
  const { pathname, search } = useLocation();
  return pathname + search;
}
