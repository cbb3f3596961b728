import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import type { ShownRow } from "#app/jobs/stage-file.ts";
import type { Reviewed } from "./draft.server.ts";
import { Heading } from "./note.tsx";

const shown = ["email", "at", "reason", "first_name", "last_name", "company", "phone"] as const;

/** The file's first rows as they will be stored: dates by the organisation's clock, phones as they will be dialled. */
export function FirstRows({ draft }: { draft: Reviewed }) {
  const { t } = useTranslation();
  const { rows, list } = draft.review;
  if (rows.length === 0) return null;
  const columns = shown.filter((name) => rows.some((row) => row[name]));
  const isCombined = list === "combined";
  return (
    <div>
      <Heading>{t("imports.review.firstRows")}</Heading>
      <section
        aria-label={`${t("imports.review.firstRows")} · ${draft.file_name || t("imports.pasted")}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-xl border border-line"
      >
        <table className="w-full text-[13px]">
          <thead>
            <tr className="border-b border-line text-left text-[12.5px] text-muted">
              {columns.map((name) => (
                <th key={name} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                  {t(name === "at" ? "imports.field.event_at" : `imports.field.${name}`)}
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
            {rows.map((row) => (
              <tr key={row.line} className="align-top">
                {columns.map((name) => (
                  <td key={name} className={`max-w-xs px-3 py-1.5 break-words ${widths[name] ?? ""}`}>
                    <Cell row={row} name={name} />
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

const widths: Partial<Record<(typeof shown)[number], string>> = {
  reason: "min-w-48",
  company: "min-w-40",
  first_name: "min-w-20",
  last_name: "min-w-20",
  phone: "whitespace-nowrap tabular-nums",
  at: "whitespace-nowrap tabular-nums",
};

function Cell({ row, name }: { row: ShownRow; name: (typeof shown)[number] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const value = row[name];
  if (!value) return <span className="text-faint">{t("common.none")}</span>;
  if (name === "at") return format.dateTime(value);
  if (name !== "phone") return value;
  return (
    <>
      {value}
      {row.phone_e164 === value ? null : (
        <span className={`block text-[12.5px] ${row.phone_e164 ? "text-faint" : "text-soft"}`}>
          {row.phone_e164 ?? t("imports.review.noNumber")}
        </span>
      )}
    </>
  );
}
