import { Form, Link, useLoaderData, useSearchParams, useSubmit } from "@remix-run/react";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "#app/components/button.tsx";
import { searchWith } from "#app/components/search-with.ts";
import { useFormat } from "#app/i18n/format.ts";
import { followUpKinds } from "#db/lists.ts";
import { dues } from "./dues.ts";
import type { loader } from "./route.tsx";

/** When it is due, as tabs; whose, of which kind and campaign, as choices that take effect at once. */
export function Filters() {
  const { search, campaigns } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const submit = useSubmit();
  const filtered = search.who !== "all" || search.kind || search.campaign;
  return (
    <>
      <Tabs />
      <Form
        key={params.toString()}
        className="my-3 flex flex-wrap items-center gap-2"
        onChange={(event) => submit(event.currentTarget, { preventScrollReset: true })}
      >
        {search.due === "now" ? null : <input type="hidden" name="due" value={search.due} />}
        <Chip name="who" value={search.who} usual="all" label={t("worklist.filter.who")}>
          {(["all", "mine", "unassigned"] as const).map((who) => (
            <option key={who} value={who}>
              {t(`worklist.who.${who}`)}
            </option>
          ))}
        </Chip>
        <Chip name="kind" value={search.kind ?? ""} usual="" label={t("worklist.filter.kind")}>
          <option value="">{t("worklist.filter.anyKind")}</option>
          {followUpKinds.map((kind) => (
            <option key={kind} value={kind}>
              {t(`worklist.kind.${kind}`)}
            </option>
          ))}
        </Chip>
        <Chip name="campaign" value={String(search.campaign ?? "")} usual="" label={t("worklist.filter.campaign")}>
          <option value="">{t("worklist.filter.anyCampaign")}</option>
          {campaigns.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Chip>
        <noscript>
          <Button small>{t("worklist.filter.apply")}</Button>
        </noscript>
        {filtered ? (
          <Link
            to={searchWith(params, { who: null, kind: null, campaign: null, page: null })}
            preventScrollReset
            className="inline-flex min-h-6 items-center gap-1 text-[12.5px] text-muted no-underline hover:text-text"
          >
            <X size={13} aria-hidden="true" />
            {t("worklist.showAll")}
          </Link>
        ) : null}
      </Form>
    </>
  );
}

function Tabs() {
  const { search, counts } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { number } = useFormat();
  const [params] = useSearchParams();
  return (
    <nav aria-label={t("worklist.due.label")} className="mt-5 flex overflow-x-auto border-b border-line">
      {dues
        .filter((due) => due !== "held" || counts.held > 0 || search.due === "held")
        .map((due) => (
          <Link
            key={due}
            to={searchWith(params, { due: due === "now" ? null : due, page: null })}
            aria-current={due === search.due ? "page" : undefined}
            className="-mb-px flex items-center gap-2 border-b-2 border-transparent px-3.5 py-2 font-medium whitespace-nowrap text-muted no-underline hover:text-text aria-[current]:border-accent aria-[current]:text-text"
          >
            {t(`worklist.due.${due}`)}
            <span className="rounded-full px-2 py-px text-xs font-semibold tabular-nums ring-1 ring-line ring-inset">
              {number(counts[due])}
            </span>
          </Link>
        ))}
    </nav>
  );
}

function Chip({
  name,
  value,
  usual,
  label,
  children,
}: {
  name: string;
  value: string;
  usual: string;
  label: string;
  children: ReactNode;
}) {
  const look = value === usual ? "border-line-strong text-muted" : "border-accent bg-accent-soft text-accent";
  return (
    <select
      name={name}
      defaultValue={value}
      aria-label={label}
      className={`max-w-52 truncate rounded-full border bg-surface py-1 pr-1.5 pl-2.5 text-[12.5px] hover:border-faint ${look}`}
    >
      {children}
    </select>
  );
}
