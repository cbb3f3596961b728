import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData, useLocation } from "@remix-run/react";
import { ArrowDown, ArrowUp, Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "#app/components/badge.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { type DataColumn, DataTable } from "#app/components/data-table.tsx";
import { Empty } from "#app/components/empty.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { VerdictLine } from "#app/components/verdict.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { sources } from "#app/import/sources.ts";
import { rulesVersionInForce } from "#app/jobs/verdicts.ts";
import { useRefresh } from "#app/refresh.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { listRules } from "#db/queries/rules.ts";
import { findReading } from "#db/queries/verdicts.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "settings");
  const [rules, version] = await Promise.all([listRules(), rulesVersionInForce()]);
  const names = new Map<string, string>(sources.map(({ id, name }) => [id, name]));
  return {
    rules: rules.map(({ source, ...rule }) => ({ ...rule, source: source && (names.get(source) ?? source) })),
    version,
    reading: (await findReading(version)) ?? null,
  };
}

type Rule = Awaited<ReturnType<typeof loader>>["rules"][number];

export const handle: Handle = { title: (t) => t("rules.title") };

export default function Rules() {
  const { rules, reading } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  useRefresh(!reading?.ended_at);
  const columns = useColumns();
  return (
    <>
      <PageHead title={t("rules.title")} sub={t("rules.text")}>
        <LinkButton look="main" to="/rules/new" aria-keyshortcuts="n" title={`${t("rules.add")} (N)`}>
          <Plus size={16} aria-hidden="true" /> {t("rules.add")} <Key quiet>N</Key>
        </LinkButton>
      </PageHead>
      {rules.length > 0 || !reading?.ended_at || reading.read > 0 ? <Reading /> : null}
      {rules.length > 0 ? (
        <div className="mt-4">
          <DataTable caption={t("rules.title")} columns={columns} rows={rules} rowId={({ id }) => id} />
        </div>
      ) : (
        <Empty title={t("rules.empty.title")} text={t("rules.empty.text")}>
          <LinkButton look="main" to="/rules/new">
            {t("rules.add")}
          </LinkButton>
        </Empty>
      )}
    </>
  );
}

/** How the reading of what is stored goes, or went. */
function Reading() {
  const { version, reading } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  if (!reading?.ended_at) {
    return (
      <p role="status" className="mt-4 text-muted">
        {t("rules.reading.version", { version })} {t("rules.reading.running", { count: reading?.read ?? 0 })}{" "}
        <noscript>
          <Link to=".">{t("rules.reading.refresh")}</Link>
        </noscript>
      </p>
    );
  }
  return (
    <p role="status" className="mt-4 text-muted">
      {t("rules.reading.version", { version })}{" "}
      {t("rules.reading.read", { count: reading.read, time: format.dateTime(reading.ended_at) })}{" "}
      {reading.moved > 0 ? t("rules.reading.moved", { count: reading.moved }) : t("rules.reading.unmoved")}
    </p>
  );
}

function useColumns(): DataColumn<Rule>[] {
  const { t } = useTranslation();
  const keepFocus = useKeptFocus();
  const { rules } = useLoaderData<typeof loader>();
  const [first, last] = [rules[0]?.id, rules.at(-1)?.id];
  return [
    {
      id: "name",
      header: t("rules.name"),
      className: "md:min-w-36 md:max-w-56 break-words",
      cell: ({ id, name }) => (
        <Link to={`/rules/${id}`} className="font-medium">
          {name}
        </Link>
      ),
    },
    {
      id: "pattern",
      header: t("rules.looksFor"),
      card: "plain",
      className: "md:max-w-80",
      cell: ({ pattern, is_regexp }) => (
        <>
          <span className="block text-[12.5px] text-muted">{t(is_regexp ? "rules.regexp" : "rules.contains")}</span>
          {is_regexp ? (
            <code className="text-[12.5px] [overflow-wrap:anywhere]">{pattern}</code>
          ) : (
            <span className="[overflow-wrap:anywhere]">{t("rules.quoted", { pattern })}</span>
          )}
        </>
      ),
    },
    {
      id: "where",
      header: t("rules.where"),
      className: "md:min-w-32 md:max-w-56",
      cell: ({ source, domain }) =>
        source || domain ? (
          <span className="[overflow-wrap:anywhere]">{[source, domain].filter(Boolean).join(" · ")}</span>
        ) : (
          <span className="text-muted">{t("rules.everywhere")}</span>
        ),
    },
    {
      id: "category",
      header: t("rules.category"),
      card: "plain",
      cell: ({ category }) => <VerdictLine category={category} />,
    },
    {
      id: "state",
      header: t("rules.state"),
      card: "plain",
      className: "whitespace-nowrap",
      cell: ({ id, name, is_on }) => {
        const act = t(is_on ? "rules.switchOff" : "rules.switchOn");
        return (
          <Form method="post" action={`/rules/${id}/switch`} className="flex items-center gap-1">
            <Badge tone={is_on ? "good" : "none"}>{t(is_on ? "rules.on" : "rules.off")}</Badge>
            <Button
              look="quiet"
              small
              name="to"
              value={is_on ? "off" : "on"}
              aria-label={`${act}: ${name}`}
              className="md:-my-1"
            >
              {act}
            </Button>
          </Form>
        );
      },
    },
    {
      id: "acts",
      header: t("rules.order"),
      card: "plain",
      className: "whitespace-nowrap",
      cell: ({ id, name }) => (
        <div className="flex items-center gap-1 md:-my-1">
          <Form method="post" action={`/rules/${id}/move`} onSubmit={keepFocus} className="flex gap-1">
            {(["up", "down"] as const).map((direction) => {
              const Arrow = direction === "up" ? ArrowUp : ArrowDown;
              const label = t(direction === "up" ? "rules.moveUp" : "rules.moveDown", { name });
              return (
                <Button
                  key={direction}
                  id={`move-${id}-${direction}`}
                  look="quiet"
                  small
                  name="direction"
                  value={direction}
                  disabled={id === (direction === "up" ? first : last)}
                  aria-label={label}
                  title={label}
                >
                  <Arrow size={16} aria-hidden="true" />
                </Button>
              );
            })}
          </Form>
          <Form method="post" action={`/rules/${id}/remove`}>
            <Button look="quiet" small aria-label={`${t("rules.remove")}: ${name}`}>
              {t("rules.remove")}
            </Button>
          </Form>
        </div>
      ),
    },
  ];
}

/** A rule that moves takes the focus with it, so that who works by keyboard can move it on. */
function useKeptFocus() {
  const { key } = useLocation();
  const pressed = useRef<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: after every write the page is another
  useEffect(() => {
    const button = pressed.current && document.getElementById(pressed.current);
    pressed.current = undefined;
    if (!(button instanceof HTMLButtonElement)) return;
    // At the end of the list only the other way is open.
    (button.disabled ? button.parentElement?.querySelector<HTMLElement>("button:enabled") : button)?.focus();
  }, [key]);
  return (event: { nativeEvent: Event }) => {
    const { submitter } = event.nativeEvent as SubmitEvent;
    pressed.current = submitter?.id;
  };
}
