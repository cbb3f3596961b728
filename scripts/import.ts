import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Draft, readDraft } from "#app/drafts.server.ts";
import type { FileFailure } from "#app/import/codes.ts";
import { readTime } from "#app/import/dates.ts";
import { closeDatabase } from "#db/connection.ts";
import { openDatabase } from "#db/embedded.ts";
import { importLists } from "#db/lists.ts";
import { migrate } from "#db/migrate.ts";
import { createCampaign, findCampaignByName } from "#db/queries/campaigns.ts";
import {
  type Account,
  createDraft,
  discardDraft,
  type FileRows,
  previewImports,
  saveImport,
} from "#db/queries/imports.ts";
import { findOrganization } from "#db/queries/organization.ts";
import type { ImportList } from "#db/schema.ts";
import { readEnvironment } from "./environment.ts";

const usage = `npm run --silent import -- --campaign NAME --list LIST FILE… [--sent-at DATE] [--dry-run]
  --campaign NAME  of an existing campaign, upper or lower case, or of a new one
  --list LIST      ${importLists.join(", ")};
                   may be left out where the file's name or columns say it
  --sent-at DATE   when a new campaign was sent, by the organisation's clock
  --dry-run        only tell what would happen`;

const failures: Record<FileFailure, string> = {
  empty: "it is empty",
  binary: "it is no text with columns",
  spreadsheet: "it is a spreadsheet workbook; save it as CSV",
  archive: "it is a compressed file; unpack it",
  encrypted: "it is protected by a password",
  "web-page": "it is a web page",
  "too-many-columns": "it has too many columns",
  "too-many-rows": "it has too many rows",
  "no-address-column": "no column holds e-mail addresses",
};

type Wanted = { campaign: string; list?: ImportList; sent_at?: string; isDry: boolean; files: string[] };
type Readable = { file: string; content: Buffer; rows: FileRows };

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
    return await importFiles(wanted);
  } finally {
    await closeDatabase();
    await stop();
  }
}

function readArguments(args: string[]): Wanted | string {
  try {
    const { values, positionals: files } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        campaign: { type: "string" },
        list: { type: "string" },
        "sent-at": { type: "string" },
        "dry-run": { type: "boolean", default: false },
      },
    });
    const campaign = values.campaign?.trim() ?? "";
    const list = importLists.find((one) => one === values.list);
    if (campaign === "" || campaign.length > 200) return "--campaign must be a name of 1 to 200 characters";
    if (values.list !== undefined && !list) return `--list ${values.list} is none of the lists`;
    if (files.length === 0) return "No file is given";
    return { campaign, list, sent_at: values["sent-at"], isDry: values["dry-run"], files };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function importFiles({ campaign: name, list, sent_at, isDry, files }: Wanted): Promise<number> {
  // Before the first set-up: where the app is used first.
  const place = (await findOrganization()) ?? { country: "CO", time_zone: "America/Bogota" };
  const sent =
    sent_at === undefined ? null : readTime(sent_at, { timeZone: place.time_zone, dayFirst: place.country !== "US" });
  if (sent === undefined) {
    console.error(`--sent-at ${sent_at} is no date that can be read; 2026-02-14 15:14 is one`);
    return 2;
  }
  const readable: Readable[] = [];
  // npm starts us in the project's folder; INIT_CWD is where the person is.
  for (const file of files) {
    const content = await readFile(path.resolve(process.env.INIT_CWD ?? "", file)).catch((error: Error) => error);
    const rows =
      content instanceof Error
        ? content.message
        : rowsOf(readDraft({ content, file_name: path.basename(file) }, { list }, place));
    if (typeof rows === "string" || content instanceof Error) console.error(`${file} can't be read: ${rows}`);
    else readable.push({ file, content, rows });
  }
  if (readable.length > 0) {
    const campaign = { name, sent_at: sent };
    if (isDry) await tryOut(campaign, readable);
    else await save(campaign, readable);
  }
  return readable.length < files.length ? 2 : 0;
}

function rowsOf(draft: Draft | { failure: FileFailure }): FileRows | string {
  if ("failure" in draft) return failures[draft.failure];
  if (!draft.mapping.includes("email")) return failures["no-address-column"];
  return draft.file ?? "neither its name nor its columns say which list it is; name it with --list";
}

async function tryOut(campaign: { name: string; sent_at: Date | null }, readable: Readable[]): Promise<void> {
  const known = await findCampaignByName(campaign.name);
  const accounts = await previewImports(
    known?.id ?? campaign,
    readable.map(({ rows, content }) => ({ ...rows, sha256: digest(content) })),
  );
  for (const [index, { file, rows }] of readable.entries()) {
    const account = accounts[index];
    if (account) print(file, rows.list, account);
  }
}

async function save(campaign: { name: string; sent_at: Date | null }, readable: Readable[]): Promise<void> {
  // Created by somebody else in the same moment, it is found the second time.
  const campaign_id =
    (await findCampaignByName(campaign.name))?.id ??
    (await createCampaign(campaign, null)) ??
    (await findCampaignByName(campaign.name))?.id;
  if (campaign_id === undefined) throw new Error(`the campaign ${campaign.name} can't be found`);
  for (const { file, content, rows } of readable) {
    const sha256 = digest(content);
    const file_name = path.basename(file);
    const draft = await createDraft({ campaign_id, list: rows.list, file_name, sha256, content, created_by: null });
    const account = await saveImport(draft, rows).catch(async (error) => {
      await discardDraft(draft);
      throw error;
    });
    if (account) print(file, rows.list, account);
  }
}

const digest = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

function print(file: string, list: ImportList, account: Account): void {
  const { rows, created, updated, unchanged, duplicate, rejected } = account;
  process.stdout.write(`${JSON.stringify({ file, list, rows, created, updated, unchanged, duplicate, rejected })}\n`);
}
