import type { BounceKind, RemovalDecision } from "#db/schema.ts";
import { csvFile } from "./csv.ts";
import { categoryOf } from "./removal-warning.ts";
import { type Category, categories, type Problem } from "./verdict/categories.ts";

/** What the CRM administrator is asked to do with a contact. */
export type CrmDecision = RemovalDecision | "correct";

/** One contact of an export. Texts are as stored; `email` is the address that the CRM knows. */
export type CrmRow = {
  crm_record_id: string | null;
  crm_module: string | null;
  email: string;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  campaign: string | null;
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
  /** Of our verdict on the bounce. Null: not read yet, or no reason. */
  category: Category | null;
  decision: CrmDecision;
  /** Of a removal that was confirmed a second time: the verdict against which it was. */
  confirmed_against: Category | null;
  requested_by: string;
  requested_at: Date;
  note: string;
  /** Of a correction: the address that takes the place of `email`. */
  new_email: string | null;
};

/** Verdicts in the reader's language. */
export type CrmWords = {
  says: (category: Category) => string;
  problem: (problem: Problem) => string;
  yes: string;
};

export type CrmFile<Row extends CrmRow> = { file_name: string; content: string; rows: Row[] };

/** Zoho CRM's import takes 30,000 rows at once in its largest edition (Enterprise; "Importing data", Zoho CRM help). */
export const CRM_FILE_ROWS = 30_000;

const header = [
  "Record Id",
  "Module",
  "Email",
  "First Name",
  "Last Name",
  "Company",
  "Phone",
  "Campaign",
  "Bounce type",
  "Bounce reason",
  "Verdict",
  "Problem",
  "Decision",
  "Confirmed twice",
  "Requested by",
  "Requested at",
  "Note",
  "New Email",
];

/**
 * The files for the CRM's import: one module a file, since the CRM imports into one module at a time, and no file longer
 * than it takes. File names carry `now` in the organisation's zone, the module and the part. No rows, no files.
 * Columns and what the CRM filters by (bounce type, decision) are the same in every language; verdicts are read by people.
 */
export function crmFiles<Row extends CrmRow>(
  rows: Row[],
  { timeZone, now, words }: { timeZone: string; now: Date; words: CrmWords },
): CrmFile<Row>[] {
  const isoTime = isoTimes(timeZone);
  const modules = new Map<string, Row[]>();
  for (const row of rows) {
    const module = inFileName(row.crm_module ?? "");
    const all = modules.get(module);
    if (all) all.push(row);
    else modules.set(module, [row]);
  }
  const moment = isoTime(now).slice(0, 16).replace("T", "-").replace(":", "");
  return [...modules].flatMap(([module, all]) =>
    parts(all).map((part, index, { length }) => ({
      file_name: `${["crm", moment, module, length > 1 ? index + 1 : ""].filter(Boolean).join("-")}.csv`,
      content: csvFile(
        header,
        part.map((row) => cells(row, isoTime, words)),
      ),
      rows: part,
    })),
  );
}

function parts<Row>(rows: Row[]): Row[][] {
  const found: Row[][] = [];
  for (let at = 0; at < rows.length; at += CRM_FILE_ROWS) found.push(rows.slice(at, at + CRM_FILE_ROWS));
  return found;
}

function cells(row: CrmRow, isoTime: (moment: Date) => string, words: CrmWords): string[] {
  const email = allowed(row.email);
  const category = categoryOf(row);
  return [
    allowed(row.crm_record_id),
    allowed(row.crm_module),
    email,
    allowed(row.first_name),
    // The CRM refuses a row without a last name.
    allowed(row.last_name) || allowed(row.company) || email.replace(/@.*/, ""),
    allowed(row.company),
    allowed(row.phone),
    allowed(row.campaign),
    row.bounce_kind ?? "",
    allowed(row.bounce_reason),
    category ? allowed(words.says(category)) : "",
    category ? allowed(words.problem(categories[category].problem)) : "",
    row.decision,
    row.confirmed_against ? words.yes : "",
    allowed(row.requested_by),
    isoTime(row.requested_at),
    allowed(row.note),
    allowed(row.new_email),
  ];
}

/** Zoho CRM forbids `"`, `|`, `<` and `>` in data, and SMTP reasons are full of them; a cell is one line. */
function allowed(text: string | null): string {
  return (text ?? "")
    .replaceAll(/["|<>]/g, "")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
}

const inFileName = (module: string) =>
  module
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);

/** Writes 2026-11-22T09:07:00-05:00. One for all rows: making it costs more than using it a thousand times. */
function isoTimes(timeZone: string): (moment: Date) => string {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "longOffset",
  });
  return (moment) => {
    const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    const offset = part.timeZoneName?.replace(/^GMT/, "") || "+00:00";
    return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}${offset}`;
  };
}
