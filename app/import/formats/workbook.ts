import { readAddress } from "../addresses.ts";
import type { FileFailure } from "../codes.ts";
import type { Line } from "../delimited.ts";
import { type ArchiveLimits, archiveLimits, readDirectory, unpackEntry } from "./archive.ts";
import { bufferOf, type FileBytes, fileOf } from "./bytes.ts";
import { openCompound } from "./compound.ts";
import { filePassOf, identify, partName } from "./container.ts";
import { type Grid, type GridLimits, openGrid, type Sheet } from "./grid.ts";
import { markupText } from "./markup.ts";
import { openDocumentReader } from "./opendocument.ts";
import { openPackage, openStream } from "./protection.ts";
import { readSpreadsheetml } from "./spreadsheetml.ts";
import { readPage } from "./webpage.ts";
import { readXls } from "./xls.ts";
import { readXlsx } from "./xlsx.ts";

/** Of a packed workbook `entry` and `total` count what its parts unpack to; of another kind `entry` counts the file. */
export type WorkbookLimits = GridLimits & ArchiveLimits;

/** As many cells as a full sheet of Excel has in eight columns: an XLSX of that size takes some 600 MB while it is read. */
export const workbookLimits: WorkbookLimits = {
  ...archiveLimits,
  entry: 500_000_000,
  total: 600_000_000,
  rows: 2_000_000,
  columns: 500,
  cells: 8_400_000,
  cell: 32_767,
};

export interface Workbook {
  /** Rows that aren't blank. The tables of a web page are named #1, #2, the longest first. */
  sheets: { name: string; rows: number; isHidden: boolean }[];
  /** Position of the sheet that `lines` are of. */
  sheet: number;
  /** Blank rows are left out; `line` is the row's number in the sheet, from 1. */
  lines: Line[];
}

/**
 * Reads a workbook of any kind that `identify` tells apart. A cell is the text that an import needs, not what a narrow column shows (see
 * `numberCell`); a formula is the value that was last computed, an error is empty, of merged cells the first one has the text.
 * `sheet` chooses one by position; without it, or where there is none, it is the first visible one that looks like a list of
 * contacts, else the longest. Bad input is a named failure; throws only what the file's `read` throws.
 */
export async function openWorkbook(
  source: Uint8Array | FileBytes,
  { password, sheet, limits = workbookLimits }: { password?: string; sheet?: number; limits?: WorkbookLimits } = {},
): Promise<Workbook | { failure: FileFailure }> {
  const grid = openGrid(limits);
  const failure = await readSheets(source instanceof Uint8Array ? fileOf(source) : source, grid, { password, limits });
  if (failure ?? grid.failure) return { failure: failure ?? grid.failure ?? "empty" };
  if (grid.sheets.every(({ lines }) => lines.length === 0)) return { failure: "empty" };
  const chosen = sheet !== undefined && grid.sheets[sheet] ? sheet : likeliestSheet(grid.sheets);
  return {
    sheets: grid.sheets.map(({ name, isHidden, lines }) => ({ name, rows: lines.length, isHidden })),
    sheet: chosen,
    lines: grid.sheets[chosen]?.lines ?? [],
  };
}

type Reading = { password: string | undefined; limits: WorkbookLimits };

async function readSheets(file: FileBytes, grid: Grid, reading: Reading): Promise<FileFailure | undefined> {
  const identity = await identify(file);
  if ("failure" in identity) return identity.failure;
  const { limits } = reading;
  if (identity.kind === "xlsx") return readXlsx(file, grid, limits);
  if (identity.kind === "ods" && (await file.read(0, 2)).join() === "80,75") return readPackedOds(file, grid, limits);
  if (file.size > limits.entry) return "too-many-rows";
  if (identity.kind === "xls" || identity.kind === "encrypted-workbook") return readCompound(file, grid, reading);

  if (identity.kind === "text" || identity.kind === "zip") return "binary";
  const text = markupText(await file.read(0, file.size));
  if (identity.kind === "spreadsheetml") readSpreadsheetml(text, grid);
  else if (identity.kind === "html") readPage(text, grid);
  else {
    const reader = openDocumentReader(grid);
    reader.write(text);
    reader.end();
  }
  if (grid.sheets.length > 0) return undefined;
  return identity.kind === "html" ? "web-page" : "workbook-damaged";
}

async function readCompound(file: FileBytes, grid: Grid, reading: Reading): Promise<FileFailure | undefined> {
  const { limits, password } = reading;
  const compound = await openCompound(file);
  if (!compound) return readXls(bufferOf(await file.read(0, file.size)), grid);
  const [info, content] = [await compound.read("encryptioninfo"), await compound.read("encryptedpackage")];
  if (info && content) {
    const opened = await openPackage({ info, content }, password);
    if ("failure" in opened) return opened.failure;
    const inside = fileOf(opened.bytes);
    const identity = await identify(inside);
    if ("failure" in identity) return identity.failure === "archive-damaged" ? "workbook-damaged" : identity.failure;
    return identity.kind === "xlsx" ? readXlsx(inside, grid, limits) : "binary";
  }
  const workbook = (await compound.read("workbook")) ?? (await compound.read("book"));
  if (!workbook) return "workbook-damaged";
  const filePass = filePassOf(workbook);
  const opened = filePass && (await openStream(workbook, filePass, password));
  if (!opened) return readXls(workbook, grid);
  if ("failure" in opened) return opened.failure;
  const plain = await (await openCompound(fileOf(opened.bytes)))?.read("workbook");
  return plain ? readXls(plain, grid) : "workbook-damaged";
}

async function readPackedOds(file: FileBytes, grid: Grid, limits: WorkbookLimits): Promise<FileFailure | undefined> {
  const directory = await readDirectory(file, limits);
  if ("failure" in directory) return directory.failure;
  const part = (name: string) => {
    const entry = directory.entries.find(({ filename }) => partName(filename) === name);
    return entry?.directory === false ? entry : undefined;
  };
  const [content, manifest] = [part("content.xml"), part("meta-inf/manifest.xml")];
  if (part("encrypted-package") || (manifest && (await isEncrypted(manifest)))) return "encrypted";
  if (!content) return "workbook-damaged";

  const reader = openDocumentReader(grid);
  const decoder = new TextDecoder();
  const take = (bytes: Uint8Array) => reader.write(decoder.decode(bytes, { stream: true }));
  const unpacked = await unpackEntry({ source: content }, take, { limits });
  if ("failure" in unpacked) return unpacked.failure;
  reader.end();
  return grid.sheets.length > 0 ? undefined : "workbook-damaged";
}

/** With a password every part is encrypted by itself, and the manifest says how (ODF 1.3 part 2, 4.8.4). */
async function isEncrypted(source: Parameters<typeof unpackEntry>[0]["source"]): Promise<boolean> {
  let text = "";
  const take = (bytes: Uint8Array) => {
    if (text.length < 1_000_000) text += bufferOf(bytes).toString("latin1");
  };
  await unpackEntry({ source }, take, { limits: { ...archiveLimits, entry: 50_000_000 } });
  return text.includes("encryption-data");
}

const sample = 200;

function likeliestSheet(sheets: Sheet[]): number {
  const visible = sheets.some(({ isHidden, lines }) => !isHidden && lines.length > 0);
  const candidates = sheets.filter(({ isHidden }) => !visible || !isHidden);
  const longest = candidates.reduce(
    (best, one) => (one.lines.length > best.lines.length ? one : best),
    candidates[0] as Sheet,
  );
  return sheets.indexOf(candidates.find(looksLikeContacts) ?? longest);
}

/** Every third row with an address is enough: exports put titles above and totals below. A sender's own address is one row of many. */
function looksLikeContacts({ lines }: Sheet): boolean {
  const rows = lines.slice(0, sample);
  const filled = rows.filter(({ cells }) => cells.slice(0, 50).some((cell) => "email" in readAddress(cell)));
  return filled.length > 0 && filled.length >= rows.length / 3;
}
