import { useSearchParams } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { LinkButton } from "./button.tsx";
import { Key } from "./key.tsx";
import { searchWith } from "./search-with.ts";

/**
 * Where one is in a list of `total` rows, and the way on: links that keep the rest of the URL. `?page=` starts at 1.
 * `capped` says that counting stopped at `total`: there may be more.
 */
export function Pager({
  page,
  size,
  total,
  capped = false,
}: {
  page: number;
  size: number;
  total: number;
  capped?: boolean;
}) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  if (total <= size && page === 1) return null;
  const values = { from: Math.min((page - 1) * size + 1, total), to: Math.min(page * size, total), total };
  const to = (wanted: number) => searchWith(search, { page: wanted === 1 ? null : wanted });
  return (
    <nav aria-label={t("common.pager.label")} className="mt-3 flex flex-wrap items-center gap-2">
      <p className="mr-auto text-[12.5px] text-muted tabular-nums">
        {t(capped ? "common.pager.rangeCapped" : "common.pager.range", values)}
      </p>
      {page > 1 ? (
        <LinkButton
          small
          to={to(page - 1)}
          rel="prev"
          aria-keyshortcuts=","
          title={`${t("common.pager.previous")} (,)`}
        >
          {t("common.pager.previous")} <Key>,</Key>
        </LinkButton>
      ) : null}
      {page * size < total || (capped && page * size === total) ? (
        <LinkButton small to={to(page + 1)} rel="next" aria-keyshortcuts="." title={`${t("common.pager.next")} (.)`}>
          {t("common.pager.next")} <Key>.</Key>
        </LinkButton>
      ) : null}
    </nav>
  );
}
