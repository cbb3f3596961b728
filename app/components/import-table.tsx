import { Link } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import type { ImportList, ImportState } from "#db/schema.ts";
import { Badge } from "./badge.tsx";
import { LinkButton } from "./button.tsx";
import { type DataColumn, DataTable } from "./data-table.tsx";

type Import = {
  id: number;
  campaign_id: number;
  campaign: string;
  list: ImportList | null;
  state: ImportState;
  file_name: string;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  duplicate: number;
  rejected: number;
  created_at: Date;
  saved_at: Date | null;
  created_by: string | null;
};

const counts = ["rows", "created", "updated", "unchanged", "duplicate", "rejected"] as const;

/** Imports with their accounts. */
export function ImportTable({ imports, caption, hidden }: { imports: Import[]; caption: string; hidden?: string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns: DataColumn<Import>[] = [
    {
      id: "file",
      header: t("imports.file"),
      className: "max-w-72 break-words",
      cell: (row) => (
        <Link to={`/imports/${row.id}`} className="font-medium">
          {row.file_name || t("imports.pasted")}
        </Link>
      ),
    },
    {
      id: "campaign",
      header: t("imports.campaign"),
      card: "plain",
      className: "max-w-64 break-words",
      cell: (row) => <Link to={`/campaigns/${row.campaign_id}`}>{row.campaign}</Link>,
    },
    { id: "list", header: t("imports.list"), card: "plain", cell: (row) => row.list && t(`common.list.${row.list}`) },
    ...counts.map(
      (count): DataColumn<Import> => ({
        id: count,
        header: t(count === "rows" ? "imports.rows" : `imports.account.${count}`),
        align: "right",
        cell: (row) => (
          <span className={row[count] === 0 ? "text-faint" : count === "rejected" ? "font-semibold text-hard" : ""}>
            {format.number(row[count])}
          </span>
        ),
      }),
    ),
    {
      id: "when",
      header: t("imports.when"),
      className: "whitespace-nowrap",
      cell: (row) => format.dateTime(row.saved_at ?? row.created_at),
    },
    { id: "who", header: t("imports.who"), cell: (row) => row.created_by ?? t("imports.byCommand") },
    {
      id: "state",
      header: t("imports.state.label"),
      card: "plain",
      cell: (row) =>
        row.state === "saved" ? (
          <LinkButton look="quiet" small to={`/imports/${row.id}/undo`} className="-my-1">
            {t("imports.undo.action")}
          </LinkButton>
        ) : (
          <Badge>{t(`imports.state.${row.state}`)}</Badge>
        ),
    },
  ];
  return <DataTable caption={caption} columns={columns} rows={imports} rowId={(row) => row.id} hidden={hidden} />;
}
