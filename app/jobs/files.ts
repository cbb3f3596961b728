import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FileBytes } from "#app/import/formats/bytes.ts";

/** A file as it was kept: where it lies, its digest, its size in bytes. */
export type KeptFile = { store: string; file_id: string; sha256: string; bytes: number };

const folder = () => path.join(path.resolve(process.env.DATA_DIR || ".data"), "files");
/** Where a kept file lies. */
export const placeOf = (file_id: string) => path.join(folder(), path.basename(file_id));

let known: { folder: string; store: Promise<string> } | undefined;

/**
 * The name of this machine's folder of files, made at its first use. Several processes with one DATA_DIR share one; a file is read by a
 * process that has its folder.
 */
export function storeName(): Promise<string> {
  if (known?.folder !== folder()) known = { folder: folder(), store: readStoreName() };
  known.store.catch(() => {
    known = undefined;
  });
  return known.store;
}

async function readStoreName(): Promise<string> {
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  const file = path.join(folder(), "store");
  const read = () => readFile(file, "utf8").then((text) => text.trim());
  const present = await read().catch(() => "");
  if (present) return present;
  // Of two processes that start at once the first one names it.
  await writeFile(file, `${randomUUID()}\n`, { flag: "wx" }).catch(() => {});
  return read();
}

/**
 * Keeps the bytes that `fill` writes, whatever their number; none stays in memory. What breaks off in the middle, since `fill`
 * throws, leaves nothing.
 */
export async function keepFile(
  fill: (write: (part: Uint8Array) => Promise<void>) => Promise<unknown>,
): Promise<KeptFile> {
  const store = await storeName();
  const file_id = randomUUID();
  const hash = createHash("sha256");
  let bytes = 0;
  const unfinished = `${placeOf(file_id)}.part`;
  const handle = await open(unfinished, "wx", 0o600);
  try {
    await fill(async (part) => {
      hash.update(part);
      bytes += part.length;
      await handle.writeFile(part);
    });
    // Before its name: after a power cut a file is whole or not there.
    await handle.sync();
    await handle.close();
    await rename(unfinished, placeOf(file_id));
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(unfinished, { force: true });
    throw error;
  }
  return { store, file_id, sha256: hash.digest("hex"), bytes };
}

export const keepText = (text: string): Promise<KeptFile> => keepFile((write) => write(Buffer.from(text)));

/** A file's bytes from the beginning. Throws where it is gone. */
export function fileParts(place: string): AsyncIterable<Uint8Array> {
  return createReadStream(place, { highWaterMark: 131_072 });
}

/** Gives a file to `work`, to be read in any order. */
export async function withFile<T>(place: string, work: (file: FileBytes) => Promise<T>): Promise<T> {
  const handle = await open(place);
  try {
    const { size } = await handle.stat();
    return await work({
      size,
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      },
    });
  } finally {
    await handle.close();
  }
}

export async function dropFile(file_id: string | null): Promise<void> {
  if (file_id) await rm(placeOf(file_id), { force: true });
}

const HOUR = 3_600_000;

/**
 * Removes files that nothing needs: those whose import is over, since the process that saved it was killed then, and after an hour those
 * of no import, since an upload broke off. `areNeeded` answers for the names that belong to an import.
 */
export async function sweepFiles(areNeeded: (names: string[]) => Promise<Map<string, boolean>>): Promise<void> {
  const names = (await readdir(folder()).catch(() => [])).filter((name) => name !== "store");
  if (names.length === 0) return;
  const needed = await areNeeded(names);
  for (const name of names) {
    const isNeeded = needed.get(name) ?? (await isYoung(name));
    if (!isNeeded) await dropFile(name);
  }
}

async function isYoung(name: string): Promise<boolean> {
  const found = await stat(placeOf(name)).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs <= HOUR;
}
