import { Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Account } from "#app/components/account.tsx";
import { Badge } from "#app/components/badge.tsx";
import { Button } from "#app/components/button.tsx";
import { Choice } from "#app/components/field.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { importLists } from "#db/lists.ts";
import { Columns } from "./columns.tsx";
import type { Reviewed, Understood } from "./review.server.ts";

/** One draft: what it is taken for, which can be changed, and what importing it would do. */
export function DraftCard({ draft, settings }: { draft: Reviewed; settings: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = draft.file_name || t("imports.pasted");
  return (
    <section aria-label={name} className="rounded-xl border border-line bg-surface">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold break-words">{name}</h2>
          <p className="text-[12.5px] text-faint tabular-nums">
            {format.bytes(draft.bytes)}
            {draft.failure ? null : <Dialect draft={draft} />}
          </p>
        </div>
        <Button look="quiet" small formAction={`/imports/${draft.id}/discard`}>
          {t("imports.review.discard")}
        </Button>
      </header>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 px-4 py-4">
        {draft.failure ? (
          <>
            <input type="hidden" name={`list-${draft.id}`} value="auto" />
            <Note tone="hard">{t(`imports.failure.${draft.failure}`)}</Note>
          </>
        ) : (
          <Reading draft={draft} settings={settings} />
        )}
      </div>
    </section>
  );
}

const delimiters: Record<string, "comma" | "semicolon" | "tab" | "pipe"> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "pipe",
};

function Dialect({ draft }: { draft: Understood }) {
  const { t } = useTranslation();
  const encoding = draft.encoding?.replace(/^\w/, (letter) => letter.toUpperCase()).replace(/^Utf/, "UTF");
  return (
    <>
      {" · "}
      {draft.file_name ? `${encoding} · ` : ""}
      {t(`imports.delimiter.${delimiters[draft.delimiter] ?? "other"}`)}
    </>
  );
}

function Reading({ draft, settings }: { draft: Understood; settings: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <ListChoice draft={draft} />
        <noscript>
          <Button small formAction={settings}>
            {t("imports.review.apply")}
          </Button>
        </noscript>
      </div>
      {draft.same_saved_at ? (
        <Note>{t("imports.review.again", { time: format.dateTime(draft.same_saved_at) })}</Note>
      ) : null}
      {draft.hasAddresses ? null : <Note tone="hard">{t("imports.review.needsAddress")}</Note>}
      {draft.account ? (
        <div>
          <Heading>{t("imports.review.wouldDo")}</Heading>
          <Account account={draft.account} />
          {draft.skipped > 0 ? (
            <p className="mt-2 text-[12.5px] text-faint">{t("imports.review.skipped", { count: draft.skipped })}</p>
          ) : null}
        </div>
      ) : null}
      <Problems draft={draft} />
      <FirstRows draft={draft} />
      <Columns draft={draft} />
    </>
  );
}

function ListChoice({ draft }: { draft: Understood }) {
  const { t } = useTranslation();
  const { guessed, list } = draft;
  const hint = list
    ? t("imports.review.byHand")
    : guessed
      ? t(`imports.review.guessed.${guessed.by}`)
      : t("imports.review.needsList");
  return (
    <Choice
      key={list ?? "auto"}
      name={`list-${draft.id}`}
      label={t("imports.list")}
      hint={hint}
      defaultValue={list && list !== guessed?.list ? list : "auto"}
      className={`w-full sm:w-80 ${list || guessed ? "" : "[&_select]:border-hard"}`}
    >
      {guessed ? null : <option value="auto">{t("imports.review.choose")}</option>}
      {importLists.map((one) => (
        <option key={one} value={one === guessed?.list ? "auto" : one}>
          {t(`common.list.${one}`)}
        </option>
      ))}
    </Choice>
  );
}

function Problems({ draft }: { draft: Understood }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!draft.account) return null;
  if (draft.problems.length === 0) return <p className="text-[13px] text-faint">{t("imports.review.noProblems")}</p>;
  return (
    <div>
      <Heading>{t("imports.review.problems")}</Heading>
      <ul className="divide-y divide-line rounded-xl border border-line">
        {draft.problems.map(({ code, rejected, count, examples }) => (
          <li key={code} className="px-3.5 py-2.5">
            <p className="flex flex-wrap items-center gap-2">
              <b className="font-semibold tabular-nums">{format.number(count)}</b>
              {t(`imports.problem.${code}`)}
              <Badge tone={rejected ? "hard" : "soft"}>
                {t(rejected ? "imports.rejectedRow" : "imports.warnedRow")}
              </Badge>
            </p>
            <ul className="mt-1 flex flex-wrap gap-x-4 text-[12.5px] text-muted">
              {examples.map(({ line, value }) => (
                <li key={line} className="max-w-full break-words">
                  {value ? t("imports.review.example", { line, value }) : t("imports.review.exampleEmpty", { line })}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
}

const shown = ["email", "reason", "first_name", "last_name", "company", "phone"] as const;

function FirstRows({ draft }: { draft: Understood }) {
  const { t } = useTranslation();
  if (draft.rows.length === 0) return null;
  const columns = shown.filter((name) => draft.rows.some((row) => row[name]));
  const isCombined = (draft.list ?? draft.guessed?.list) === "combined";
  return (
    <div>
      <Heading>{t("imports.review.firstRows")}</Heading>
      <section
        aria-label={`${t("imports.review.firstRows")} · ${draft.file_name || t("imports.pasted")}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-xl border border-line"
      >
        <table className="w-full text-[13px]">
          <thead>
            <tr className="border-b border-line text-left text-[12.5px] text-muted">
              {columns.map((name) => (
                <th key={name} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                  {t(`imports.field.${name}`)}
                </th>
              ))}
              {isCombined ? (
                <th scope="col" className="px-3 py-1.5 font-medium">
                  {t("imports.list")}
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {draft.rows.map((row) => (
              <tr key={row.email} className="align-top">
                {columns.map((name) => (
                  <td key={name} className={`max-w-xs px-3 py-1.5 break-words ${name === "reason" ? "min-w-48" : ""}`}>
                    {row[name] ?? <span className="text-faint">{t("common.none")}</span>}
                  </td>
                ))}
                {isCombined ? (
                  <td className="px-3 py-1.5">{row.facts.map((fact) => t(`common.list.${fact}`)).join(", ")}</td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Heading({ children }: { children: ReactNode }) {
  return <h3 className="mb-2 text-[13px] font-medium">{children}</h3>;
}

function Note({ tone = "plain", children }: { tone?: "plain" | "hard"; children: ReactNode }) {
  const Icon = tone === "hard" ? TriangleAlert : Info;
  return (
    <p
      className={`flex gap-2.5 rounded-lg px-3 py-2 ${tone === "hard" ? "bg-hard-soft text-hard" : "bg-bg text-muted"}`}
    >
      <Icon size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
