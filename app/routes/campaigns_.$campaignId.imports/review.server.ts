import { type Draft, readDraft } from "#app/drafts.server.ts";
import type { FileFailure } from "#app/import/codes.ts";
import type { ImportRow } from "#app/import/rows.ts";
import { columnName } from "#app/import/table.ts";
import { cellValue } from "#app/import/words.ts";
import { type Account, type DraftFile, listDrafts, previewImports } from "#db/queries/imports.ts";
import type { SessionUser } from "#db/queries/sessions.ts";

const shownRows = 5;
const shownSamples = 3;
const shownExamples = 3;

/** Every draft of the campaign as the review screen shows it, with the account of importing all of them in their order. */
export async function reviewDrafts(campaign_id: number, user: SessionUser) {
  const drafts = await listDrafts(campaign_id);
  const read = drafts.map((draft) => ({ draft, reading: readDraft(draft, draft, user) }));
  const ready = read.flatMap(({ draft, reading }) =>
    "failure" in reading || !reading.file ? [] : [{ ...reading.file, import_id: draft.id }],
  );
  const accounts = ready.length > 0 ? await previewImports(campaign_id, ready) : [];
  const accountOf = new Map(ready.map(({ import_id }, index) => [import_id, accounts[index]]));
  return read.map(({ draft, reading }) => ({
    ...fileOf(draft),
    ...("failure" in reading ? failed(reading.failure) : understood(draft, reading, accountOf.get(draft.id))),
  }));
}

export type Reviewed = Awaited<ReturnType<typeof reviewDrafts>>[number];
export type Understood = Extract<Reviewed, { failure: undefined }>;

const fileOf = ({ id, file_name, bytes, same_saved_at }: DraftFile) => ({ id, file_name, bytes, same_saved_at });

const failed = (failure: FileFailure) => ({ failure });

function understood(draft: DraftFile, { table, mapping, guessed, file }: Draft, account: Account | undefined) {
  return {
    failure: undefined,
    encoding: table.encoding,
    delimiter: table.delimiter,
    guessed,
    list: draft.list,
    columns: mapping.map((field, column) => ({
      name: columnName(table, column),
      field,
      recognised: table.mapping[column] ?? null,
      isChosen: draft.mapping?.[column] !== undefined,
      samples: samplesOf(table.rows, column),
    })),
    hasAddresses: mapping.includes("email"),
    account,
    rows: (file?.rows ?? []).slice(0, shownRows).map(shownRow),
    problems: groupsOf(file?.problems ?? []),
    skipped: file?.skipped.length ?? 0,
  };
}

/** The first different values of a column: from several rows, since the first is often empty. */
function samplesOf(rows: Draft["table"]["rows"], column: number): string[] {
  const samples = new Set<string>();
  for (const { cells } of rows.slice(0, 1_000)) {
    const value = cellValue(cells[column]);
    if (value) samples.add(value.slice(0, 80));
    if (samples.size === shownSamples) break;
  }
  return [...samples];
}

function shownRow({
  email,
  first_name,
  last_name,
  company,
  phone,
  bounce_reason,
  auto_reply_reason,
  facts,
}: ImportRow) {
  return { email, first_name, last_name, company, phone, reason: bounce_reason ?? auto_reply_reason, facts };
}

function groupsOf(problems: NonNullable<Draft["file"]>["problems"]) {
  const groups = new Map<
    string,
    {
      code: (typeof problems)[number]["code"];
      rejected: boolean;
      count: number;
      examples: { line: number; value: string | null }[];
    }
  >();
  for (const { code, rejected, line, value } of problems) {
    const group = groups.get(code) ?? { code, rejected, count: 0, examples: [] };
    group.count++;
    if (group.examples.length < shownExamples) group.examples.push({ line, value: value?.slice(0, 80) ?? null });
    groups.set(code, group);
  }
  return [...groups.values()].sort((a, b) => Number(b.rejected) - Number(a.rejected) || b.count - a.count);
}
