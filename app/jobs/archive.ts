import type { FileFailure } from "#app/import/codes.ts";
import { listArchive, unpackEntry } from "#app/import/formats/archive.ts";
import { identify } from "#app/import/formats/container.ts";
import { dropFile, type KeptFile, keepFile, withFile } from "./files.ts";

/** More lists than any campaign has. */
const mostFiles = 50;

class Unpackable extends Error {
  constructor(readonly failure: FileFailure) {
    super(failure);
  }
}

/**
 * The files of a ZIP, unpacked and kept beside it; undefined where the file is something else. A password opens all of them. All or
 * none: of an archive that is damaged halfway nothing is kept.
 */
export async function unpackFile(
  place: string,
  password?: string,
): Promise<(KeptFile & { file_name: string })[] | { failure: FileFailure } | undefined> {
  return withFile(place, async (file) => {
    const identity = await identify(file);
    if (!("kind" in identity) || identity.kind !== "zip") return undefined;
    const archive = await listArchive(file);
    if ("failure" in archive) return archive;
    if (archive.entries.length > mostFiles) return { failure: "archive-too-many-files" };
    if (archive.entries.length === 0) return { failure: "archive" };
    const kept: (KeptFile & { file_name: string })[] = [];
    let before = 0;
    try {
      for (const entry of archive.entries) {
        const unpacked = await keepFile(async (write) => {
          const done = await unpackEntry(entry, write, { password, before });
          if ("failure" in done) throw new Unpackable(done.failure);
          before += done.size;
        });
        kept.push({ ...unpacked, file_name: entry.name });
      }
      return kept;
    } catch (error) {
      for (const { file_id } of kept) await dropFile(file_id);
      if (error instanceof Unpackable) return { failure: error.failure };
      throw error;
    }
  });
}
