import { Link } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import { Badge } from "./badge.tsx";

type Group = {
  code: string;
  rejected: boolean;
  count: number;
  examples?: { line: number; value: string | null }[];
};

/** What is wrong with a file's rows, by kind. `to` is the page that lists the rows. */
export function ProblemGroups({ groups, to }: { groups: Group[]; to: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="divide-y divide-line rounded-xl border border-line bg-surface">
      {groups.map(({ code, rejected, count, examples }) => (
        <li key={code} className="px-3.5 py-2.5">
          <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
            <p className="min-w-0 flex-1 basis-56">
              <b className="mr-1.5 font-semibold tabular-nums">{format.number(count)}</b>
              {t(`imports.problem.${code as "no-address"}`)}{" "}
              <Badge tone={rejected ? "hard" : "soft"}>
                {t(rejected ? "imports.rejectedRow" : "imports.warnedRow")}
              </Badge>
            </p>
            <Link to={`${to}?code=${code}`} className="inline-block min-h-6 text-accent">
              {t("imports.problems.see", { count })}
              <span className="sr-only">: {t(`imports.problem.${code as "no-address"}`)}</span>
            </Link>
          </div>
          {examples ? (
            <ul className="mt-0.5 flex flex-wrap gap-x-4 text-[12.5px] text-muted">
              {examples.map(({ line, value }) => (
                <li key={line} className="max-w-full break-words">
                  {value ? t("imports.review.example", { line, value }) : t("imports.review.exampleEmpty", { line })}
                </li>
              ))}
            </ul>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
