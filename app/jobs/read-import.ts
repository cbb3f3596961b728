import { finishReading, unpackImport } from "#db/queries/import-drafts.ts";
import { forgetProblems } from "#db/queries/import-problems.ts";
import { countStaged, createStage, dropStage } from "#db/queries/import-stage.ts";
import { failStep, findImportFile } from "#db/queries/import-steps.ts";
import { findMapping, recallOverwrite } from "#db/queries/mappings.ts";
import { findOrganization } from "#db/queries/organization.ts";
import { unpackFile } from "./archive.ts";
import { dropFile, placeOf } from "./files.ts";
import { Overtaken, progressOf } from "./progress.ts";
import { type StagedFile, stageFile } from "./stage-file.ts";

/** Before the first set-up: where the app is used first. */
export const firstHome = { country: "CO", time_zone: "America/Bogota" };

type ImportFile = NonNullable<Awaited<ReturnType<typeof findImportFile>>>;

/**
 * Reads an import's file, all of it: its rows wait in the staging table, its review and the account of saving it stand in the
 * import. An archive gives way to the files in it. What can't be read is noted as the import's failure.
 */
export async function readImport(import_id: number): Promise<void> {
  // Again for as long as somebody chooses otherwise while it is read.
  for (let version = -1; ; ) {
    const found = await findImportFile(import_id);
    if (found?.state !== "reading" || found.version === version) break;
    version = found.version;
    await readOnce(found).catch((error) => {
      if (!(error instanceof Overtaken)) throw error;
    });
  }
  // Thrown away in the meantime.
  if (!(await findImportFile(import_id))) await dropStage(import_id);
}

async function readOnce(found: ImportFile): Promise<void> {
  const import_id = found.id;
  if (!found.file_id) return;
  const unpacked = await unpackFile(placeOf(found.file_id), found.password ?? undefined);
  if (unpacked && "failure" in unpacked) return failStep(import_id, unpacked.failure, found);
  if (unpacked) {
    if (await unpackImport(import_id, unpacked)) await dropFile(found.file_id);
    else for (const { file_id } of unpacked) await dropFile(file_id);
    return;
  }
  const reading = await stageImport(found);
  if ("failure" in reading) return failStep(import_id, reading.failure, found);
  // Asked for after the last of its rows was noted, a cancellation still counts.
  await progressOf(import_id, found.version)(reading.staged, reading.staged);
  // PostgreSQL may have crashed since, and been back before the next statement.
  if (reading.staged > 0 && !(await countStaged(import_id))) throw new Error("the rows went with a lost connection");
  await finishReading(import_id, found.version, reading);
}

/** An import's rows into its staging table, as it is to be read now. */
export async function stageImport(found: ImportFile): ReturnType<typeof stageFile> {
  await createStage(found.id);
  await forgetProblems(found.id);
  const { id, version, list, mapping, sheet, day_first, password } = found;
  return stageFile({
    place: placeOf(found.file_id ?? ""),
    file_name: found.file_name,
    bytes: found.bytes,
    stage_id: id,
    import_id: id,
    chosen: { list, mapping, sheet, day_first },
    home: (await findOrganization()) ?? firstHome,
    password: password ?? undefined,
    recall: version === 1 ? (headers) => recall(id, headers) : undefined,
    onProgress: progressOf(id, version),
  });
}

async function recall(import_id: number, headers: string[]): Promise<StagedFile["mapping"]> {
  const known = await findMapping(headers);
  if (!known) return null;
  await recallOverwrite(import_id, known.overwrite);
  return Object.keys(known.mapping).length > 0 ? known.mapping : null;
}
