import { countStaged } from "#db/queries/import-stage.ts";
import { cancelStatement, failStep, findImportFile, noteProgress, saveImport } from "#db/queries/import-steps.ts";
import { dropFile } from "./files.ts";
import { Cancelled } from "./progress.ts";
import { stageImport } from "./read-import.ts";

const often = 500;

/**
 * Saves an import's rows, all or none, and lets its file go. Rows that a crash of PostgreSQL has taken from the staging table are read
 * from the file again first.
 */
export async function finishSaving(import_id: number): Promise<void> {
  const found = await findImportFile(import_id);
  if (found?.state !== "saving") {
    // Saved by a process that was killed before it could do this.
    if (found?.state === "saved") await dropFile(found.file_id);
    return;
  }
  let { duplicate, rejected } = found;
  if ((await countStaged(import_id)) !== found.rows - duplicate - rejected) {
    const reading = await stageImport(found);
    if ("failure" in reading) return failStep(import_id, reading.failure);
    ({ duplicate, rejected } = reading);
  }
  const atWork = new Set<number>();
  let isCancelled = false;
  const about = found.rows;
  let done = 0;
  const watch = setInterval(async () => {
    const answer = await noteProgress(import_id, found.version, Math.round(done * about), about).catch(() => "wanted");
    if (answer !== "cancelled") return;
    isCancelled = true;
    // Again and again: between two statements there is nothing to cancel.
    for (const pid of atWork) await cancelStatement(pid).catch(() => {});
  }, often);
  try {
    await saveImport(import_id, { duplicate, rejected }, { atWork, onProgress: (share) => (done = share) });
  } catch (error) {
    if (isCancelled) throw new Cancelled();
    throw error;
  } finally {
    clearInterval(watch);
  }
  await dropFile(found.file_id);
}
