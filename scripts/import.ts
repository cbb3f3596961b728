import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import type { FileFailure } from "#app/import/codes.ts";
import { type Field, fields } from "#app/import/columns.ts";
import { readTime } from "#app/import/dates.ts";
import { unpackFile } from "#app/jobs/archive.ts";
import { dropFile, fileParts, placeOf } from "#app/jobs/files.ts";
import { type Imported, importNow, type OwnFile, tryNow } from "#app/jobs/import-now.ts";
import { firstHome } from "#app/jobs/read-import.ts";
import { closeDatabase } from "#db/connection.ts";
import { openDatabase } from "#db/embedded.ts";
import { importLists } from "#db/lists.ts";
import { migrate } from "#db/migrate.ts";
import { createCampaign, deleteEmptyCampaign, findCampaignByName } from "#db/queries/campaigns.ts";
import { undoImport } from "#db/queries/import-steps.ts";
import { findOrganization } from "#db/queries/organization.ts";
import type { ImportList } from "#db/schema.ts";
import { readEnvironment } from "./environment.ts";

const usage = `npm run --silent import -- --campaign NAME FILE… [--list LIST] [--sent-at DATE] [--dry-run] …
npm run --silent import -- --undo ID
  --campaign NAME     of an existing campaign, upper or lower case, or of a new one
  --list LIST         ${importLists.join(", ")};
                      may be left out where the file's name or columns say it
  --sent-at DATE      when a new campaign was sent, by the organisation's clock
  --map COLUMN=FIELD  what a column means, by its header or its number; may be repeated. Fields: ${fields.join(", ")};
                      an empty field keeps the column aside
  --password WORD     of protected files (Zoho: the first four characters of your address and the last four digits of your user id)
  --sheet N           which sheet of a workbook, from 1
  --fill-only         stored values stay; the file only fills what is empty
  --dry-run           only tell what would happen
  --undo ID           take an import back; its number is in what the import printed`;

const failures: Record<FileFailure | "unknown-list", string> = {
  empty: "it is empty",
  binary: "it is no text with columns",
  spreadsheet: "it is a workbook of a kind that is not read; save it as XLSX or CSV",
  archive: "it is packed in another way than ZIP; unpack it",
  encrypted: "it is protected in a way that can't be opened here",
  "web-page": "it is a web page without a table",
  pdf: "it is a PDF",
  "workbook-damaged": "the workbook is damaged or incomplete",
  "archive-damaged": "it is damaged or incomplete",
  "archive-empty": "there is no file in it that could hold a list",
  "archive-too-many-files": "there are too many files in it",
  "archive-too-large": "unpacked it is too large",
  "archive-bomb": "it unpacks to far more than its size; unpack it yourself if you trust it",
  "needs-password": "it is protected by a password",
  "wrong-password": "the password doesn't open it",
  "too-many-columns": "it has too many columns",
  "too-many-rows": "it has too many rows",
  "no-address-column": "no column holds e-mail addresses",
  "unknown-list": "neither its name nor its columns say which list it is; name it with --list",
};

type Wanted = {
  campaign: string;
  list: ImportList | null;
  sent_at?: string;
  isDry: boolean;
  map: { column: string; field: Field | null }[];
  password?: string;
  sheet: number | null;
  overwrite: boolean;
  files: string[];
};

/**
 * `npm run import`: files into a campaign, one JSON object each on stdout. Answers the exit code: 0, or 2 when a file could
 * not be read at all or the arguments are wrong.
 */
export default async function main(args: string[]): Promise<number> {
  const wanted = readArguments(args);
  if (typeof wanted === "string") {
    console.error(`${wanted}\n\n${usage}`);
    return 2;
  }
  const { DATA_DIR, DATABASE_URL } = readEnvironment();
  const { url, stop } = await openDatabase({ dataDir: DATA_DIR, url: DATABASE_URL });
  process.env.DATABASE_URL = url;
  try {
    await migrate(url);
    return "undo" in wanted ? await undo(wanted.undo) : await importFiles(wanted);
  } finally {
    await closeDatabase();
    await stop();
  }
}

function readArguments(args: string[]): Wanted | { undo: number } | string {
  try {
    const { values, positionals: files } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        campaign: { type: "string" },
        list: { type: "string" },
        "sent-at": { type: "string" },
        map: { type: "string", multiple: true, default: [] },
        password: { type: "string" },
        sheet: { type: "string" },
        "fill-only": { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
        undo: { type: "string" },
      },
    });
    if (values.undo !== undefined) {
      return /^[1-9]\d{0,8}$/.test(values.undo)
        ? { undo: Number(values.undo) }
        : "--undo must be the number of an import";
    }
    const campaign = values.campaign?.trim() ?? "";
    const list = importLists.find((one) => one === values.list);
    if (campaign === "" || campaign.length > 200) return "--campaign must be a name of 1 to 200 characters";
    if (values.list !== undefined && !list) return `--list ${values.list} is none of the lists`;
    if (values.sheet !== undefined && !/^[1-9]\d{0,3}$/.test(values.sheet)) return "--sheet must be a number, from 1";
    if (files.length === 0) return "No file is given";
    const map: Wanted["map"] = [];
    for (const text of values.map) {
      const [, column = "", name = ""] = /^(.+)=([^=]*)$/s.exec(text) ?? [];
      const field = fields.find((one) => one === name);
      if (column === "" || (name !== "" && !field)) return `--map ${text} is no COLUMN=FIELD`;
      map.push({ column: column.trim(), field: field ?? null });
    }
    return {
      campaign,
      list: list ?? null,
      sent_at: values["sent-at"],
      isDry: values["dry-run"],
      map,
      password: values.password,
      sheet: values.sheet === undefined ? null : Number(values.sheet) - 1,
      overwrite: !values["fill-only"],
      files,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function undo(import_id: number): Promise<number> {
  const undone = await undoImport(import_id, null);
  if (!undone) {
    console.error(`Import ${import_id} can't be undone: there is none, or it was undone already`);
    return 2;
  }
  process.stdout.write(`${JSON.stringify({ undone: import_id, left: undone.left })}\n`);
  return 0;
}

/** A file on the disk, or one out of an archive, under the name that it is reported by. */
type Source = { name: string; file: OwnFile };

async function importFiles(wanted: Wanted): Promise<number> {
  const home = (await findOrganization()) ?? firstHome;
  const { sent_at } = wanted;
  const sent =
    sent_at === undefined ? null : readTime(sent_at, { timeZone: home.time_zone, dayFirst: home.country !== "US" });
  if (sent === undefined) {
    console.error(`--sent-at ${sent_at} is no date that can be read; 2026-02-14 15:14 is one`);
    return 2;
  }
  let unread = 0;
  const refuse = (name: string, reason: string) => {
    unread++;
    console.error(`${name} can't be read: ${reason}`);
  };
  const sources: Source[] = [];
  const unpacked: string[] = [];
  try {
    // npm starts us in the project's folder; INIT_CWD is where the person is.
    for (const name of wanted.files) {
      const place = path.resolve(process.env.INIT_CWD ?? "", name);
      try {
        const files = await unpackFile(place, wanted.password);
        if (files && "failure" in files) refuse(name, failures[files.failure]);
        else if (files) {
          unpacked.push(...files.map(({ file_id }) => file_id));
          for (const { file_id, ...kept } of files) {
            const file = fileOf(wanted, home, { ...kept, place: placeOf(file_id) });
            sources.push({ name: `${name}/${kept.file_name}`, file });
          }
        } else {
          const kept = { place, file_name: path.basename(name), ...(await measure(place)) };
          sources.push({ name, file: fileOf(wanted, home, kept) });
        }
      } catch (error) {
        refuse(name, error instanceof Error ? error.message : String(error));
      }
    }
    const campaign = { name: wanted.campaign, sent_at: sent };
    if (wanted.isDry) await tryOut(campaign, sources, refuse);
    else await save(campaign, sources, refuse);
  } finally {
    for (const file_id of unpacked) await dropFile(file_id);
  }
  return unread > 0 ? 2 : 0;
}

async function measure(place: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  for await (const part of fileParts(place)) hash.update(part);
  return { bytes: (await stat(place)).size, sha256: hash.digest("hex") };
}

function fileOf(
  { list, sheet, password, overwrite, map }: Wanted,
  home: OwnFile["home"],
  kept: Pick<OwnFile, "place" | "file_name" | "bytes" | "sha256">,
): OwnFile {
  return {
    ...kept,
    home,
    password,
    overwrite,
    chosen: { list, sheet, mapping: null, day_first: null },
    recall: async (headers) => mappingOf(headers, map),
    onProgress: showProgress(kept.file_name),
  };
}

/** By header, upper or lower case, or by number. A column that the file doesn't have is none of its business. */
function mappingOf(headers: string[], map: Wanted["map"]): Record<string, string | null> | null {
  if (map.length === 0) return null;
  const mapping: Record<string, string | null> = {};
  for (const { column, field } of map) {
    const named = headers.findIndex((header) => header.toLowerCase() === column.toLowerCase());
    const position = named >= 0 ? named : /^\d{1,3}$/.test(column) ? Number(column) - 1 : -1;
    if (position >= 0) mapping[position] = field;
  }
  return mapping;
}

/** On a terminal alone: what reads our output must not find it there. */
function showProgress(name: string): OwnFile["onProgress"] {
  if (!process.stderr.isTTY) return undefined;
  let shown = 0;
  return async (rows, about) => {
    if (performance.now() - shown < 200) return;
    shown = performance.now();
    const numbers = new Intl.NumberFormat("en");
    process.stderr.write(`\r\x1b[K${name}: ${numbers.format(rows)} of about ${numbers.format(about)} rows`);
  };
}

type Refuse = (name: string, reason: string) => void;

async function tryOut(
  campaign: { name: string; sent_at: Date | null },
  sources: Source[],
  refuse: Refuse,
): Promise<void> {
  const known = await findCampaignByName(campaign.name);
  const answers = await tryNow(
    known?.id ?? campaign,
    sources.map(({ file }) => file),
  );
  for (const [index, { name }] of sources.entries()) {
    const answer = answers[index];
    if (answer) tell(name, answer, refuse);
  }
}

async function save(
  campaign: { name: string; sent_at: Date | null },
  sources: Source[],
  refuse: Refuse,
): Promise<void> {
  const known = (await findCampaignByName(campaign.name))?.id;
  if (known === undefined && sources.length === 0) return;
  // Created by somebody else in the same moment, it is found the second time.
  const created = known === undefined ? await createCampaign(campaign, null) : undefined;
  const campaign_id = known ?? created ?? (await findCampaignByName(campaign.name))?.id;
  if (campaign_id === undefined) throw new Error(`the campaign ${campaign.name} can't be found`);
  let saved = 0;
  for (const { name, file } of sources) {
    const imported = await importNow(campaign_id, file, null);
    if (!("failure" in imported)) saved++;
    tell(name, imported, refuse);
  }
  if (created !== undefined && saved === 0) await deleteEmptyCampaign(created);
}

function tell(file: string, imported: Imported, refuse: Refuse): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  if ("failure" in imported) {
    refuse(file, failures[imported.failure]);
    return;
  }
  const { list, import_id, account } = imported;
  const { rows, created, updated, unchanged, duplicate, rejected } = account;
  const line = { file, list, rows, created, updated, unchanged, duplicate, rejected };
  process.stdout.write(`${JSON.stringify(import_id === null ? line : { ...line, import: import_id })}\n`);
}
