import { Form, Link, useLocation, useSearchParams } from "@remix-run/react";
import {
  columnVisibilityFeature,
  type RowSelectionState,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Key } from "./key.tsx";
import { searchWith } from "./search-with.ts";

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature, rowSortingFeature });

export type DataColumn<Row> = {
  /** Also the value of `?sort=` when the column is sortable. */
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  sortable?: boolean;
  align?: "right";
  /** How the cell stands in a phone's card: with its header before it, alone, beside the last (pair: with its header), or not. */
  card?: "labelled" | "plain" | "pair" | "inline" | "hidden";
  className?: string;
};

type Props<Row> = {
  /** What the table holds, for those who don't see it. */
  caption: string;
  columns: DataColumn<Row>[];
  rows: Row[];
  /** Unique in the page; also the value of the row's checkbox, unless `select` has its own. */
  rowId: (row: Row) => number | string;
  /** What the row is called, for its checkbox. */
  rowLabel?: (row: Row) => string;
  /** The order as the loader parsed it: a column's id, with "-" before it for descending. */
  sort?: string;
  /** Ids of columns that are not shown. */
  hidden?: readonly string[];
  /**
   * Makes rows choosable: a checkbox each, called `name`, in one form with the given buttons. A button names its own
   * route by `formAction` (and `formMethod`). Without JavaScript it is a plain form.
   */
  select?: { name: string; value?: (row: Row) => number | string; acts: ReactNode };
};

/**
 * A table whose order, filters and page live in the URL and are done in SQL: TanStack Table keeps what is shown and
 * chosen, nothing is sorted here. Header and first column stay in sight; at phone width each row is a card.
 */
export function DataTable<Row extends object>(props: Props<Row>) {
  // Another page, order or filter, and what a bulk act leads to, begin with nothing chosen.
  const { key } = useLocation();
  return <KeyedTable key={key} {...props} />;
}

function KeyedTable<Row extends object>({
  caption,
  columns,
  rows,
  rowId,
  rowLabel,
  sort = "",
  hidden = [],
  select,
}: Props<Row>) {
  const { t } = useTranslation();
  const formId = useId();
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({});
  const defined = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        cell: ({ row }: { row: { original: Row } }) => column.cell(row.original),
      })),
    [columns],
  );
  const table = useTable({
    features,
    data: rows,
    columns: defined,
    getRowId: (row: Row) => String(rowId(row)),
    manualSorting: true,
    state: {
      rowSelection,
      sorting: sort ? [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }] : [],
      columnVisibility: Object.fromEntries(hidden.map((id) => [id, false])),
    },
    onRowSelectionChange: setRowSelection,
  });
  const byId = new Map(columns.map((column) => [column.id, column]));
  const chosen = Object.keys(rowSelection).length;
  const stuck = select ? "md:left-10" : "md:left-0";
  const checkbox = "size-6 flex items-center justify-center -m-1";

  return (
    <div className="group/table">
      <section
        aria-label={caption}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="relative rounded-xl border border-line bg-surface md:max-h-[calc(100dvh-6rem)] md:overflow-auto"
      >
        <table className="w-full border-separate border-spacing-0 text-[13.5px] max-md:block">
          <caption className="sr-only">{caption}</caption>
          <thead className={select || columns.some((column) => column.sortable) ? "max-md:block" : "max-md:sr-only"}>
            {table.getHeaderGroups().map((group) => (
              <tr
                key={group.id}
                className="max-md:flex max-md:items-center max-md:overflow-x-auto max-md:border-b max-md:border-line"
              >
                {select ? (
                  <th
                    scope="col"
                    className="w-10 border-line bg-surface px-2.5 py-2 text-left md:sticky md:border-b md:top-0 md:left-0 md:z-20"
                  >
                    <label className={checkbox}>
                      <span className="sr-only">{t("table.all")}</span>
                      <input
                        type="checkbox"
                        aria-keyshortcuts="a"
                        title={`${t("table.all")} (A)`}
                        checked={table.getIsAllRowsSelected()}
                        ref={(box) => {
                          if (box) box.indeterminate = chosen > 0 && !table.getIsAllRowsSelected();
                        }}
                        onChange={table.getToggleAllRowsSelectedHandler()}
                      />
                    </label>
                  </th>
                ) : null}
                {group.headers.map((header, index) => (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={
                      header.column.getIsSorted()
                        ? header.column.getIsSorted() === "desc"
                          ? "descending"
                          : "ascending"
                        : undefined
                    }
                    className={`border-line bg-surface px-2.5 py-2 text-[12.5px] font-medium whitespace-nowrap text-muted md:sticky md:top-0 md:border-b ${byId.get(header.column.id)?.sortable ? "" : "max-md:sr-only"} ${
                      index === 0 ? `md:z-20 ${stuck}` : "md:z-10"
                    } ${byId.get(header.column.id)?.align === "right" ? "text-right" : "text-left"}`}
                  >
                    {byId.get(header.column.id)?.sortable ? (
                      <SortLink id={header.column.id} sorted={header.column.getIsSorted()}>
                        {byId.get(header.column.id)?.header}
                      </SortLink>
                    ) : (
                      byId.get(header.column.id)?.header
                    )}
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody className="max-md:block">
            {table.getRowModel().rows.map((row) => (
              <tr
                key={row.id}
                className="group/row max-md:relative max-md:block max-md:border-b max-md:border-line max-md:py-2.5 max-md:last:border-b-0 max-md:has-[:checked]:bg-accent-soft"
              >
                {select ? (
                  <td className="border-line bg-surface px-2.5 py-2 align-top group-last/row:border-b-0 group-has-[:checked]/row:bg-accent-soft group-hover/row:bg-bg max-md:absolute max-md:top-1.5 max-md:right-0.5 max-md:bg-transparent md:sticky md:left-0 md:z-[1] md:border-b">
                    <label className={checkbox}>
                      <span className="sr-only">{t("table.choose", { row: rowLabel?.(row.original) ?? row.id })}</span>
                      <input
                        type="checkbox"
                        form={formId}
                        name={select.name}
                        value={select.value?.(row.original) ?? row.id}
                        checked={row.getIsSelected()}
                        onChange={row.getToggleSelectedHandler()}
                      />
                    </label>
                  </td>
                ) : null}
                {row.getVisibleCells().map((cell, index) => {
                  const column = byId.get(cell.column.id);
                  return (
                    <td
                      key={cell.id}
                      className={`bg-surface px-2.5 py-2 align-top max-md:has-[>[data-none]]:hidden group-last/row:border-b-0 group-has-[:checked]/row:bg-accent-soft md:border-b md:border-line md:group-hover/row:bg-bg md:group-has-[:checked]/row:bg-accent-soft ${
                        index === 0 ? `md:sticky md:z-[1] ${stuck} max-md:pr-10` : ""
                      } ${column?.align === "right" ? "tabular-nums md:text-right" : ""} ${card(column?.card, index)} ${column?.className ?? ""}`}
                    >
                      {index > 0 && ["labelled", "pair"].includes(column?.card ?? "labelled") ? (
                        <span className="mr-1.5 text-[12.5px] text-faint md:hidden">{column?.header}</span>
                      ) : null}
                      {column?.cell(row.original)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {select ? (
        <Form
          id={formId}
          method="post"
          className="sticky bottom-16 z-20 mx-auto max-md:group-has-[[data-dock]]/frame:bottom-40 mt-2 hidden w-fit max-w-full flex-wrap items-center gap-2 rounded-xl border border-line-strong bg-raised px-2.5 py-2 shadow-lg group-has-[tbody_:checked]/table:flex md:bottom-3"
        >
          <p className="pr-2 font-medium tabular-nums" aria-live="polite">
            {chosen > 0 ? t("table.chosen", { count: chosen }) : null}
          </p>
          {select.acts}
          <button
            type="reset"
            onClick={() => setRowSelection({})}
            aria-keyshortcuts="Escape"
            className="rounded-md px-2 py-1 text-[12.5px] text-muted hover:text-text"
          >
            {t("common.clear")} <Key>Esc</Key>
          </button>
        </Form>
      ) : null}
    </div>
  );
}

/** A cell without a value: on a phone, where no column heads it, it isn't there. */
export function None() {
  const { t } = useTranslation();
  return (
    <span data-none className="text-faint">
      {t("common.none")}
    </span>
  );
}

function card(kind: DataColumn<unknown>["card"] = "labelled", index: number): string {
  if (kind === "hidden") return "max-md:hidden";
  if (kind === "inline") return "max-md:inline max-md:bg-transparent max-md:py-0 max-md:pr-0 max-md:pl-3.5";
  if (kind === "pair") return "max-md:inline-block max-md:bg-transparent max-md:py-0.5 max-md:pr-0 max-md:pl-3.5";
  const weight = index === 0 ? "max-md:font-medium" : "";
  return `max-md:block max-md:bg-transparent max-md:py-0.5 max-md:px-3.5 ${weight}`;
}

function SortLink({ id, sorted, children }: { id: string; sorted: false | "asc" | "desc"; children: ReactNode }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const next = sorted === "asc" ? `-${id}` : id;
  const Arrow = sorted === "desc" ? ArrowDown : ArrowUp;
  return (
    <Link
      to={searchWith(search, { sort: next, page: null })}
      preventScrollReset
      title={t(sorted === "asc" ? "table.descending" : "table.ascending")}
      className={`inline-flex min-h-6 items-center gap-1 no-underline hover:text-text ${sorted ? "text-text" : ""}`}
    >
      {children}
      {sorted ? <Arrow size={13} aria-hidden="true" /> : null}
    </Link>
  );
}
