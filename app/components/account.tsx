import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import { accountFigures } from "#db/lists.ts";

const signs = { rows: "", created: "=", updated: "+", unchanged: "+", duplicate: "+", rejected: "+" };

/** What an import does with the rows of its file: the five after the first add up to it. */
export function Account({ account }: { account: Record<(typeof accountFigures)[number], number> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tone = { rejected: account.rejected > 0 ? "text-hard" : "text-faint" } as Record<string, string>;
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-xl border border-line bg-surface sm:grid-cols-3 lg:grid-cols-6">
      {accountFigures.map((figure) => (
        <div key={figure} className="-mr-px -mb-px border-r border-b border-line px-3.5 py-2.5">
          <dt className="text-[12.5px] text-muted">{t(`imports.account.${figure}`)}</dt>
          <dd
            className={`text-lg font-semibold tracking-tight tabular-nums ${tone[figure] ?? (account[figure] ? "" : "text-faint")}`}
          >
            {signs[figure] ? (
              <span aria-hidden="true" className="mr-1 font-normal text-faint">
                {signs[figure]}
              </span>
            ) : null}
            {format.number(account[figure])}
          </dd>
        </div>
      ))}
    </dl>
  );
}
