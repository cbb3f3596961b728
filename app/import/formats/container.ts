import type { FileFailure } from "../codes.ts";
import { readDirectory, unpackEntry } from "./archive.ts";
import { bufferOf, type FileBytes } from "./bytes.ts";
import { compoundSignature, openCompound } from "./compound.ts";
import { markupKind, markupText } from "./markup.ts";

/** What a file is by its content, whatever its name says. All but "text" and "zip" are read by `openWorkbook`. */
export const containerKinds = [
  /** Anything without another sign: whether it is text at all, `decode` finds out. */
  "text",
  "xlsx",
  "xls",
  /** OpenDocument, packed or as one flat XML file. */
  "ods",
  /** Excel's XML of 2003. */
  "spreadsheetml",
  "html",
  "zip",
  /** An XLSX or XLS with a password; it may be the one of Excel itself, which nobody has to type. */
  "encrypted-workbook",
] as const;
export type ContainerKind = (typeof containerKinds)[number];

type Answer = { kind: ContainerKind } | { failure: FileFailure };

const archive: Answer = { failure: "archive" };
const signatures: { bytes: number[]; at?: number; answer: Answer }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], answer: { kind: "zip" } },
  { bytes: [0x50, 0x4b, 0x05, 0x06], answer: { kind: "zip" } },
  { bytes: [0x50, 0x4b, 0x07, 0x08], answer: { kind: "zip" } },
  { bytes: compoundSignature, answer: { kind: "xls" } },
  // XLS without the compound file around it: Excel 2 to 4, and many a PHP script to this day.
  { bytes: [0x09, 0x00, 0x04, 0x00], answer: { kind: "xls" } },
  { bytes: [0x09, 0x02, 0x06, 0x00], answer: { kind: "xls" } },
  { bytes: [0x09, 0x04, 0x06, 0x00], answer: { kind: "xls" } },
  { bytes: [0x09, 0x08, 0x08, 0x00], answer: { kind: "xls" } },
  { bytes: [0x09, 0x08, 0x10, 0x00], answer: { kind: "xls" } },
  { bytes: [0x1f, 0x8b], answer: archive }, // gzip
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], answer: archive }, // 7z
  { bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], answer: archive }, // rar
  { bytes: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4, answer: archive }, // bzip2
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], answer: archive }, // xz
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], answer: archive }, // zstd
  { bytes: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257, answer: archive }, // tar
];

const headSize = 65_536;

/** Looks at a file's first bytes and, where they say ZIP or OLE, at its directory. Throws only what `file.read` throws. */
export async function identify(file: FileBytes): Promise<Answer> {
  const head = bufferOf(await file.read(0, headSize));
  if (head.length === 0) return { failure: "empty" };
  const found = signatures.find(({ bytes, at = 0 }) => bytes.every((byte, index) => head[at + index] === byte));
  if (found?.answer === archive) return archive;
  if (found && "kind" in found.answer && found.answer.kind === "zip") return identifyZip(file);
  if (found) return found.bytes === compoundSignature ? identifyCompound(file) : found.answer;
  // Other programs may have written before a PDF's first line.
  if (head.subarray(0, 1024).includes("%PDF-")) return { failure: "pdf" };
  if (/^\s*MIME-Version:/i.test(head.toString("latin1", 0, 200)) && head.includes("multipart/related")) {
    return { failure: "web-page" };
  }
  const kind = markupKind(markupText(head));
  return { kind: kind ?? "text" };
}

async function identifyZip(file: FileBytes): Promise<Answer> {
  const directory = await readDirectory(file);
  if ("failure" in directory) return directory;
  const names = directory.entries.map((entry) => partName(entry.filename));
  if (names.some((name) => /^xl\/workbook\w*\.xml$/.test(name))) return { kind: "xlsx" };
  if (names.some((name) => /^(?:xl\/workbook\w*\.bin|index\/document\.iwa|index\.zip)$/.test(name))) {
    return { failure: "spreadsheet" };
  }
  const declared = directory.entries[names.indexOf("mimetype")];
  if (declared && !declared.directory) {
    let type = "";
    const take = (bytes: Uint8Array) => {
      type += bufferOf(bytes).toString("latin1");
    };
    await unpackEntry({ source: declared }, take, { limits: { ...mimetypeLimits } });
    if (/opendocument\.spreadsheet/.test(type)) return { kind: "ods" };
    if (/^application\//.test(type)) return { failure: "binary" };
  }
  if (names.includes("content.xml") && names.includes("meta-inf/manifest.xml")) return { kind: "ods" };
  if (names.includes("[content_types].xml")) return { failure: "binary" };
  return { kind: "zip" };
}

const mimetypeLimits = { files: 1, entry: 1000, total: 1000, ratio: 1000, ratioFrom: 1000 };

/** A part's name in a workbook's ZIP, as compared: some writers turn its slashes around or put one in front. */
export function partName(name: string): string {
  return name.replaceAll("\\", "/").replace(/^\//, "").toLowerCase();
}

async function identifyCompound(file: FileBytes): Promise<Answer> {
  const compound = await openCompound(file);
  if (!compound) return { failure: "workbook-damaged" };
  if (compound.streams.includes("encryptedpackage")) {
    return compound.streams.includes("encryptioninfo") ? { kind: "encrypted-workbook" } : { failure: "encrypted" };
  }
  const stream = ["workbook", "book"].find((name) => compound.streams.includes(name));
  if (!stream) return { failure: "binary" };
  const start = await compound.read(stream, 1000);
  return { kind: start && filePassOf(start) ? "encrypted-workbook" : "xls" };
}

/** The record that says how an XLS is encrypted: right after its first one, or after WriteProtect ([MS-XLS] 2.4.117). */
export function filePassOf(workbook: Buffer): Buffer | undefined {
  const writeProtect = 0x86;
  const filePass = 0x2f;
  for (let at = 0, index = 0; index < 4 && at + 4 <= workbook.length; index++) {
    const type = workbook.readUInt16LE(at);
    const end = at + 4 + workbook.readUInt16LE(at + 2);
    if (type === filePass) return workbook.subarray(at + 4, end);
    if (index > 0 && type !== writeProtect) return undefined;
    at = end;
  }
  return undefined;
}
