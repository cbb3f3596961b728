import {
  type Entry,
  ERR_ENCRYPTED,
  ERR_ENCRYPTED_CENTRAL_DIRECTORY,
  ERR_INVALID_PASSWORD,
  ERR_UNSUPPORTED_COMPRESSION,
  ERR_UNSUPPORTED_ENCRYPTION,
  type FileEntry,
  Reader,
  ZipReader,
} from "@zip.js/zip.js";
import iconv from "iconv-lite";
import type { FileFailure } from "../codes.ts";
import type { FileBytes } from "./bytes.ts";

/**
 * Sizes in bytes, counted while unpacking: what a header says is never believed. `ratio` is unpacked to packed, judged only from
 * `ratioFrom` on: a short list of equal rows packs a thousandfold, a long one of people and addresses hardly thirtyfold.
 */
export interface ArchiveLimits {
  /** Names in the archive, folders and rubbish included. */
  files: number;
  entry: number;
  total: number;
  ratio: number;
  ratioFrom: number;
}

export const archiveLimits: ArchiveLimits = {
  files: 2_000,
  entry: 1_000_000_000,
  total: 2_000_000_000,
  ratio: 200,
  ratioFrom: 10_000_000,
};

/** A file in an archive that may hold a table. */
export interface ArchiveEntry {
  /** Position in the archive's directory: finds the entry again when the archive is listed another time. */
  index: number;
  /** With its folders, fit for being shown; never a path to write to. */
  name: string;
  /** As the archive claims: for showing alone. */
  size: number;
  isEncrypted: boolean;
  source: FileEntry;
}

export interface Archive {
  entries: ArchiveEntry[];
  /** Archives inside the archive. They are not opened. */
  nested: string[];
}

/** What reading the file itself threw: no fault of the archive, so it goes on to the caller. */
class ReadingError extends Error {}

/** zip.js reads the whole directory at once; 65,535 names take a quarter of this. */
const longestRead = 32_000_000;

class BytesReader extends Reader<FileBytes> {
  constructor(private file: FileBytes) {
    super(file);
    this.size = file.size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > longestRead) throw new Error("too long a read");
    try {
      return await this.file.read(index, length);
    } catch (cause) {
      throw new ReadingError("", { cause });
    }
  }
}

/**
 * The entries of a ZIP, in the order of its directory. Folders, links, empty files and what systems leave behind (`__MACOSX`, `.DS_Store`,
 * `~$list.xlsx`) are left out.
 */
export async function listArchive(
  file: FileBytes,
  limits: ArchiveLimits = archiveLimits,
): Promise<Archive | { failure: FileFailure }> {
  const directory = await readDirectory(file, limits);
  if ("failure" in directory) return directory;
  const entries: ArchiveEntry[] = [];
  const nested: string[] = [];
  for (const [index, source] of directory.entries.entries()) {
    if (source.directory || source.symlink || source.uncompressedSize === 0 || isRubbish(source.filename)) continue;
    const name = shownName(source.filename);
    if (/\.(?:zip|7z|rar|t?gz|tar|t?bz2?|t?xz|zst)$/i.test(name)) nested.push(name);
    else entries.push({ index, name, size: source.uncompressedSize, isEncrypted: source.encrypted, source });
  }
  return entries.length + nested.length > 0 ? { entries, nested } : { failure: "archive-empty" };
}

/** All that an archive's directory names, with paths as they are written there. */
export async function readDirectory(
  file: FileBytes,
  limits: ArchiveLimits = archiveLimits,
): Promise<{ entries: Entry[] } | { failure: FileFailure }> {
  const entries: Entry[] = [];
  try {
    const reader = new ZipReader(new BytesReader(file), {
      useWebWorkers: false,
      checkSignature: true,
      // Names are shown and never written to, and writers disagree about local headers.
      filenameValidation: "tolerant",
      checkLocalDirectory: false,
      decodeText: nameText,
    });
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.length >= limits.files) return { failure: "archive-too-many-files" };
      entries.push(entry);
    }
    return { entries };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/**
 * Unpacks one entry piece by piece into `take`, which is awaited, so that nothing piles up in memory. `before` is what the same archive's
 * entries unpacked to so far. Pieces that were taken count only once `size` is answered: a wrong password or a damage may show at
 * the very end. Throws what `take` or the file's `read` throws.
 */
export async function unpackEntry(
  { source }: Pick<ArchiveEntry, "source">,
  take: (bytes: Uint8Array) => void | Promise<void>,
  { password, before = 0, limits = archiveLimits }: { password?: string; before?: number; limits?: ArchiveLimits } = {},
): Promise<{ size: number } | { failure: FileFailure }> {
  const { key, others } = keysOf(source, password);
  for (const other of others) {
    // Tried first, into nothing: which one is right shows at the very end, and what was taken can't be taken back.
    const tried = await unpackBy(other, source, () => {}, { before, limits });
    if (!("failure" in tried)) return unpackBy(other, source, take, { before, limits });
  }
  return unpackBy(key, source, take, { before, limits });
}

async function unpackBy(
  key: Key,
  source: FileEntry,
  take: (bytes: Uint8Array) => void | Promise<void>,
  { before, limits }: { before: number; limits: ArchiveLimits },
): Promise<{ size: number } | { failure: FileFailure }> {
  let size = 0;
  let stop: { failure: FileFailure } | { error: unknown } | undefined;
  const sink = new WritableStream<Uint8Array>({
    async write(bytes) {
      size += bytes.length;
      const failure = excess(size, source.compressedSize, before, limits);
      if (failure) stop = { failure };
      else {
        try {
          return await take(bytes);
        } catch (error) {
          stop = { error };
        }
      }
      throw new Error("stopped");
    },
  });
  try {
    await source.getData(sink, key);
    return { size };
  } catch (error) {
    if (stop && "error" in stop) throw stop.error;
    return stop ?? { failure: failureOf(error, source, key) };
  }
}

type Key = { password?: string } | { rawPassword: Uint8Array };

/**
 * The old encryption takes a password's bytes and doesn't say in which encoding: UTF-8 on Linux and macOS, one of its two code pages
 * on Windows.
 */
function keysOf({ zipCrypto }: FileEntry, password?: string): { key: Key; others: Key[] } {
  if (!zipCrypto || !password || /^[ -~]*$/.test(password)) return { key: { password }, others: [] };
  const inEncoding = (encoding: string) => ({ rawPassword: iconv.encode(password, encoding) });
  return { key: inEncoding("utf8"), others: [inEncoding("windows-1252"), inEncoding("cp850")] };
}

function excess(size: number, packed: number, before: number, limits: ArchiveLimits): FileFailure | undefined {
  if (size > limits.ratioFrom && size > packed * limits.ratio) return "archive-bomb";
  return size > limits.entry || before + size > limits.total ? "archive-too-large" : undefined;
}

function failureOf(error: unknown, entry?: FileEntry, key: Key = {}): FileFailure {
  if (error instanceof ReadingError) throw error.cause;
  switch (error instanceof Error ? error.message : undefined) {
    case ERR_ENCRYPTED:
      return "needs-password";
    case ERR_INVALID_PASSWORD:
      return "wrong-password";
    case ERR_UNSUPPORTED_ENCRYPTION:
    case ERR_ENCRYPTED_CENTRAL_DIRECTORY:
      return "encrypted";
    case ERR_UNSUPPORTED_COMPRESSION:
      return "archive";
    default:
      // The old encryption checks one byte of the password: one wrong password in 256 passes and gives rubbish.
      return entry?.zipCrypto && ("rawPassword" in key || key.password) ? "wrong-password" : "archive-damaged";
  }
}

/** A name without UTF-8 flag that isn't UTF-8 either is of a Windows whose old code page is, in Latin America and Spain, 850. */
function nameText(bytes: Uint8Array, encoding: string): string | undefined {
  return encoding === "cp437" ? iconv.decode(Buffer.from(bytes), "cp850") : undefined;
}

function isRubbish(path: string): boolean {
  const parts = path.split(/[/\\]+/).filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.some((part) => /^(?:\.|__MACOSX$|~\$|(?:thumbs\.db|desktop\.ini)$)/i.test(part));
}

/** Without drive, leading and upward steps, and without characters that draw nothing or turn the line around. */
function shownName(path: string): string {
  const parts = path
    .replace(/^[a-z]:/i, "")
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/gu, "")
    .split(/[/\\]+/)
    .filter((part) => part.trim() !== "" && part !== "." && part !== "..");
  return parts.join("/").slice(-200) || "?";
}
