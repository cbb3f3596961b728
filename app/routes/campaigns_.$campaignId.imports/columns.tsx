import { useTranslation } from "react-i18next";
import { Badge } from "#app/components/badge.tsx";
import { fields } from "#app/import/columns.ts";
import type { Reviewed } from "./draft.server.ts";
import { useSetting } from "./settings.tsx";

/** Each column of the file with some of its values, and the field that it is read into. */
export function Columns({ draft }: { draft: Reviewed }) {
  const { t } = useTranslation();
  const { columns } = draft.review;
  const aside = columns.filter(({ field, states }) => field === null && !states).length;
  return (
    <details
      open={draft.mapping !== null || !columns.some(({ field }) => field === "email")}
      className="group rounded-xl border border-line"
    >
      <summary className="flex flex-wrap items-center gap-2 px-3.5 py-2.5 font-medium">
        <span aria-hidden="true" className="text-faint transition-transform duration-100 group-open:rotate-90">
          ›
        </span>
        {t("imports.review.columns")}
        {aside > 0 ? (
          <span className="font-normal text-faint">· {t("imports.review.columnsAside", { count: aside })}</span>
        ) : null}
      </summary>
      <div className="overflow-x-auto border-t border-line">
        <table className="w-full text-[13px] max-sm:block">
          <caption className="sr-only">{t("imports.review.columns")}</caption>
          <thead className="max-sm:sr-only">
            <tr className="border-b border-line text-left text-[12.5px] text-muted">
              <th scope="col" className="px-3.5 py-1.5 font-medium">
                {t("imports.review.column")}
              </th>
              <th scope="col" className="px-3.5 py-1.5 font-medium">
                {t("imports.review.samples")}
              </th>
              <th scope="col" className="px-3.5 py-1.5 font-medium">
                {t("imports.review.means")}
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line max-sm:block">
            {columns.map((column, position) => (
              <tr
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its position; two may have one name
                key={position}
                className="align-top max-sm:block max-sm:px-3.5 max-sm:py-2.5"
              >
                <th scope="row" className="text-left font-medium break-words max-sm:block sm:px-3.5 sm:py-2">
                  {column.name}
                </th>
                <td className="text-muted max-sm:block sm:px-3.5 sm:py-2">
                  {column.samples.length > 0 ? (
                    <ul>
                      {column.samples.map((sample) => (
                        <li key={sample} className="max-w-md truncate" title={sample}>
                          {sample}
                        </li>
                      ))}
                    </ul>
                  ) : (
                    t("common.none")
                  )}
                </td>
                <td className="max-sm:block max-sm:pt-1.5 sm:px-3.5 sm:py-2">
                  <FieldChoice draft={draft} column={column} position={position} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function FieldChoice({
  draft,
  column,
  position,
}: {
  draft: Reviewed;
  column: Reviewed["review"]["columns"][number];
  position: number;
}) {
  const { t } = useTranslation();
  const { recognised, field, states } = column;
  const setting = useSetting(field === recognised ? "auto" : (field ?? "aside"));
  const isChosen = draft.mapping?.[position] !== undefined;
  return (
    <span className="flex flex-wrap items-center gap-2">
      <select
        {...setting}
        name={`column-${draft.id}-${position}`}
        aria-label={t("imports.review.meansOf", { column: column.name })}
        className="w-48 rounded-lg border border-line-strong bg-raised px-2 py-1 hover:border-faint"
      >
        <option value={recognised === null ? "auto" : "aside"}>
          {t(states ? "imports.review.stated" : "imports.review.aside")}
        </option>
        {fields.map((one) => (
          <option key={one} value={one === recognised ? "auto" : one}>
            {t(`imports.field.${one}`)}
          </option>
        ))}
      </select>
      {states && field === null ? (
        <Badge tone="good">
          {draft.sourceName ? t("imports.review.statesBy", { source: draft.sourceName }) : t("imports.review.states")}
        </Badge>
      ) : field === null && !isChosen ? (
        <Badge tone="soft">{t("imports.review.unrecognised")}</Badge>
      ) : null}
    </span>
  );
}
