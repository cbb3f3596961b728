import { Link } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import { accountFigures } from "#db/lists.ts";
import type { ImportList, ImportState } from "#db/schema.ts";
import { Badge } from "./badge.tsx";
import { LinkButton } from "./button.tsx";
import { type DataColumn, DataTable } from "./data-table.tsx";

type Import = Record<(typeof accountFigures)[number], number> & {
  id: number;
  campaign_id: number;
  campaign: string;
  list: ImportList | null;
  state: ImportState;
  file_name: string;
  created_at: Date;
  saved_at: Date | null;
  created_by: string | null;
};

/** Imports with their accounts. */
export function ImportTable({ imports, caption, hidden }: { imports: Import[]; caption: string; hidden?: string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns: DataColumn<Import>[] = [
    {
      id: "file",
      header: t("imports.file"),
      className: "min-w-40 max-w-72 break-words",
      cell: (row) => (
        <>
          <Link to={`/imports/${row.id}`} className="font-medium">
            {row.file_name || t("imports.pasted")}
          </Link>
          {row.list ? (
            <span className="block text-[12.5px] font-normal text-muted">{t(`common.list.${row.list}`)}</span>
          ) : null}
        </>
      ),
    },
    {
      id: "campaign",
      header: t("imports.campaign"),
      card: "plain",
      className: "max-w-64 break-words",
      cell: (row) => <Link to={`/campaigns/${row.campaign_id}`}>{row.campaign}</Link>,
    },
    ...accountFigures.map(
      (count): DataColumn<Import> => ({
        id: count,
        header: t(`imports.account.${count}`),
        align: "right",
        // Six lines of a card would be a screen of zeros: on a phone they stand in one.
        card: "inline",
        cell: (row) => (
          <span
            className={`max-md:inline-block ${row[count] === 0 ? "text-faint" : count === "rejected" ? "font-semibold text-hard" : ""}`}
          >
            <span className="text-[12.5px] font-normal text-faint md:hidden">{t(`imports.account.${count}`)} </span>
            {format.number(row[count])}
          </span>
        ),
      }),
    ),
    {
      id: "when",
      header: t("imports.when"),
      card: "plain",
      className: "whitespace-nowrap",
      cell: (row) => (
        <>
          {format.dateTime(row.saved_at ?? row.created_at)}
          <span className="block text-[12.5px] text-muted">{row.created_by ?? t("imports.byCommand")}</span>
        </>
      ),
    },
    {
      id: "state",
      header: t("imports.state.label"),
      card: "plain",
      cell: (row) =>
        row.state === "saved" ? (
          <LinkButton look="quiet" small to={`/imports/${row.id}/undo`} className="-my-1 -ml-2">
            {t("imports.undo.action")}
          </LinkButton>
        ) : (
          <Badge>{t(`imports.state.${row.state}`)}</Badge>
        ),
    },
  ];
  return <DataTable caption={caption} columns={columns} rows={imports} rowId={(row) => row.id} hidden={hidden} />;
}
