import { Form, Link, useLoaderData, useNavigate, useSearchParams } from "@remix-run/react";
import { Columns3, Download, Search as Lens, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "#app/components/button.tsx";
import { Key } from "#app/components/key.tsx";
import { searchWith } from "#app/components/search-with.ts";
import { useFormat } from "#app/i18n/format.ts";
import type { loader } from "./route.tsx";
import { columns, states, usualColumns } from "./view.ts";

const control = "rounded-full border bg-surface py-1 pr-1.5 pl-2.5 text-[12.5px] w-31 truncate hover:border-faint";
const on = "border-accent bg-accent-soft text-accent";
const off = "border-line-strong text-muted";

/** One GET form: what is looked for, in which columns. A choice takes effect at once where there is JavaScript. */
export function Filters() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const { campaignId, tab, search, reasons, problems, domains, total } = useLoaderData<typeof loader>();
  const show = (form: HTMLFormElement) => navigate(cleanSearch(new FormData(form)), { preventScrollReset: true });
  const reason = reasons.some((row) => (row.reason ?? "-") === search.reason);
  const active = (["search", "reason", "problem", "domain", "phone", "state"] as const).filter((name) => search[name]);
  return (
    <Form
      key={params.toString()}
      className="my-3 flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        show(event.currentTarget);
      }}
    >
      {search.sort === "email" ? null : <input type="hidden" name="sort" value={search.sort} />}
      {search.size === 50 ? null : <input type="hidden" name="size" value={search.size} />}
      <div className="relative min-w-0 flex-1 basis-44 md:max-w-sm">
        <Lens size={15} aria-hidden="true" className="absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
        <input
          type="search"
          name="search"
          defaultValue={search.search}
          maxLength={200}
          aria-label={t("campaigns.filter.search")}
          placeholder={t("campaigns.filter.search")}
          aria-keyshortcuts="/"
          className="w-full truncate rounded-lg border border-line-strong bg-raised py-1.5 pr-9 pl-8 hover:border-faint"
        />
        <span className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2">
          <Key>/</Key>
        </span>
      </div>
      <Chip name="reason" value={search.reason} label={t("campaigns.filter.reason")} onPick={show}>
        {search.reason && !reason ? <option value={search.reason}>{search.reason}</option> : null}
        {reasons.map(({ reason: text, count }) => (
          <option key={text ?? "-"} value={text ?? "-"}>
            {shortened(text ?? t("campaigns.noReason"))} ({format.number(count)})
          </option>
        ))}
      </Chip>
      <Chip name="problem" value={search.problem} label={t("campaigns.filter.problem")} onPick={show}>
        {search.problem && !problems.some(({ problem }) => problem === search.problem) ? (
          <option value={search.problem}>{t(`verdict.problem.${search.problem}`)}</option>
        ) : null}
        {problems.map(({ problem, count }) => (
          <option key={problem} value={problem}>
            {t(`verdict.problem.${problem}`)} ({format.number(count)})
          </option>
        ))}
      </Chip>
      <Chip name="domain" value={search.domain} label={t("campaigns.filter.domain")} onPick={show}>
        {search.domain && !domains.some(({ domain }) => domain === search.domain) ? (
          <option value={search.domain}>{search.domain}</option>
        ) : null}
        {domains.map(({ domain, count }) => (
          <option key={domain} value={domain}>
            {domain} ({format.number(count)})
          </option>
        ))}
      </Chip>
      <Chip name="phone" value={search.phone} label={t("campaigns.filter.phone.any")} onPick={show}>
        <option value="with">{t("campaigns.filter.phone.with")}</option>
        <option value="without">{t("campaigns.filter.phone.without")}</option>
      </Chip>
      <Chip name="state" value={search.state} label={t("campaigns.filter.state")} onPick={show}>
        {states.map((state) => (
          <option key={state} value={state}>
            {t(`campaigns.state.${state}`)}
          </option>
        ))}
      </Chip>
      <noscript>
        <Button small>{t("campaigns.filter.apply")}</Button>
      </noscript>
      {active.length > 0 ? (
        <Link
          to={searchWith(params, { page: null, ...Object.fromEntries(active.map((name) => [name, null])) })}
          preventScrollReset
          className="inline-flex min-h-6 items-center gap-1 text-[12.5px] text-muted no-underline hover:text-text"
        >
          <X size={13} aria-hidden="true" />
          {t("campaigns.clearFilters")}
        </Link>
      ) : null}
      <div className="ml-auto flex items-center gap-2">
        <ColumnChoice onPick={show} />
        <a
          href={`/campaigns/${campaignId}/${tab}.csv?${params}`}
          download
          aria-keyshortcuts="d"
          title={`${t("campaigns.download", { count: total })} (D)`}
          className="inline-flex items-center gap-2 rounded-lg border border-line-strong bg-raised px-3 py-1.5 font-medium whitespace-nowrap no-underline hover:border-faint hover:bg-bg"
        >
          <Download size={15} aria-hidden="true" />
          {t("campaigns.download", { count: total })}
        </a>
      </div>
    </Form>
  );
}

type Pick = { onPick: (form: HTMLFormElement) => void };

function Chip({
  name,
  value,
  label,
  onPick,
  children,
}: Pick & { name: string; value: string; label: string; children: ReactNode }) {
  return (
    <select
      name={name}
      defaultValue={value}
      aria-label={label}
      onChange={({ currentTarget }) => currentTarget.form && onPick(currentTarget.form)}
      className={`${control} ${value ? on : off}`}
    >
      <option value="">{label}</option>
      {children}
    </select>
  );
}

function ColumnChoice({ onPick }: Pick) {
  const { t } = useTranslation();
  const { search } = useLoaderData<typeof loader>();
  return (
    <details className="relative">
      <summary className="inline-flex list-none items-center gap-2 rounded-lg px-2.5 py-1.5 font-medium text-muted hover:bg-line/50 hover:text-text">
        <Columns3 size={15} aria-hidden="true" />
        {t("campaigns.columns")}
      </summary>
      <fieldset className="absolute right-0 z-30 mt-1.5 w-60 rounded-xl border border-line bg-raised p-3 shadow-lg max-md:right-auto max-md:left-0">
        <legend className="sr-only">{t("campaigns.columns")}</legend>
        {columns.slice(1).map((name) => (
          <label key={name} className="flex min-h-7 items-center gap-2">
            <input type="checkbox" name="columns" value={name} defaultChecked={search.columns.includes(name)} />
            {t(`campaigns.field.${name}`)}
          </label>
        ))}
        <Button
          small
          className="mt-2 w-full"
          onClick={(event) => {
            if (!event.currentTarget.form) return;
            event.preventDefault();
            onPick(event.currentTarget.form);
          }}
        >
          {t("campaigns.filter.apply")}
        </Button>
      </fieldset>
    </details>
  );
}

/** The form as a query string that somebody can read: without empty values and what is usual anyway. */
function cleanSearch(form: FormData): string {
  const chosen = form.getAll("columns").map(String);
  form.delete("columns");
  const search = new URLSearchParams();
  for (const [name, value] of form) if (value !== "") search.append(name, String(value));
  const usual = usualColumns.slice(1);
  if (chosen.length !== usual.length || usual.some((name) => !chosen.includes(name)))
    search.set("columns", chosen.join(",") || "email");
  return `?${search}`;
}

const shortened = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
