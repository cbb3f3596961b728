import type { FileFailure } from "#app/import/codes.ts";
import { type Field, fields } from "#app/import/columns.ts";
import { type GuessedList, guessList } from "#app/import/lists.ts";
import { type ReadRows, readRows } from "#app/import/rows.ts";
import { columnName, mappingOf, openTable, type Table } from "#app/import/table.ts";
import { readForm } from "#app/request.ts";
import { readPhone } from "#app/rules/phone.ts";
import { importLists } from "#db/lists.ts";
import type { FileRows } from "#db/queries/imports.ts";
import type { ImportList } from "#db/schema.ts";

type Place = { country: string; time_zone: string };

/** What a person said about a file: its list, and the fields of some of its columns by position. */
export type Chosen = { list?: ImportList | null; mapping?: Record<string, string | null> | null };

type DraftRows = Omit<FileRows, "rows" | "problems"> & Pick<ReadRows, "rows" | "problems" | "skipped">;

export type Draft = {
  table: Table;
  /** Fields by column position, as recognised and chosen. */
  mapping: (Field | null)[];
  /** Which list it looks like, and why; a person's choice stands over it. */
  guessed: GuessedList | undefined;
  /** Absent while nobody has said which list it is, or no column holds the addresses. */
  file: DraftRows | undefined;
};

/**
 * One file or pasted table, ready to be shown or saved: the review screen and the command line read it here alike.
 * `place` is the organisation's: its zone for times without one, its country for phones and the order of day and month.
 */
export function readDraft(
  { content, file_name }: { content: Uint8Array; file_name: string },
  chosen: Chosen,
  place: Place,
): Draft | { failure: FileFailure } {
  const table = openTable(content);
  if ("failure" in table) return table;
  const byHand = knownFields(chosen.mapping);
  const mapping = mappingOf(table, byHand);
  const rows = table.rows.map((row) => row.cells);
  const guessed = guessList({ fileName: file_name, titles: table.titles, mapping, rows });
  const list = chosen.list ?? guessed?.list;
  if (!list || !mapping.includes("email")) return { table, mapping, guessed, file: undefined };

  // Only the United States and a few islands write the month first.
  const dayFirst = place.country !== "US";
  const read = readRows(table, { list, mapping: byHand, timeZone: place.time_zone, dayFirst });
  const file = {
    ...read,
    list,
    mapping: chosen.mapping ?? null,
    headers: mapping.map((_, column) => columnName(table, column)),
    rows: read.rows.map((row) => ({ ...row, phone_e164: readPhone(row.phone, place.country) })),
  };
  return { table, mapping, guessed, file };
}

function knownFields(mapping: Chosen["mapping"]): Record<number, Field | null> {
  const known: Record<number, Field | null> = {};
  for (const [column, name] of Object.entries(mapping ?? {})) {
    const field = name === null ? null : fields.find((one) => one === name);
    if (field !== undefined) known[Number(column)] = field;
  }
  return known;
}

export type ChosenDraft = { id: number; list: ImportList | null; mapping: Record<string, Field | null> | null };

/**
 * The review form's answers, draft by draft: `list-12`, and `column-12-3` for the fourth column of draft 12. "auto" leaves a
 * matter to recognition, so that only what a person changed counts as chosen.
 */
export async function readChoices(request: Request): Promise<ChosenDraft[]> {
  const form = await readForm(request);
  const drafts = new Map<number, ChosenDraft>();
  for (const [name, value] of form) {
    const [, id = ""] = /^list-(\d{1,9})$/.exec(name) ?? [];
    if (id)
      drafts.set(Number(id), {
        id: Number(id),
        list: importLists.find((list) => list === value) ?? null,
        mapping: null,
      });
  }
  for (const [name, value] of form) {
    const [, id, column = ""] = /^column-(\d{1,9})-(\d{1,3})$/.exec(name) ?? [];
    const draft = drafts.get(Number(id));
    if (!draft || value === "auto") continue;
    const field = fields.find((one) => one === value) ?? null;
    draft.mapping = { ...draft.mapping, [column]: field };
  }
  return [...drafts.values()];
}
