import { countStaged } from "#db/queries/import-stage.ts";
import { failStep, findImportFile, saveImport } from "#db/queries/import-steps.ts";
import { dropFile } from "./files.ts";
import { watchStep } from "./progress.ts";
import { stageImport } from "./read-import.ts";
import { readCampaignAgain, rulesVersionInForce } from "./verdicts.ts";

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
  let { duplicate, rejected, rules_version } = found;
  if ((await countStaged(import_id)) !== found.rows - duplicate - rejected) {
    const reading = await stageImport(found);
    if ("failure" in reading) return failStep(import_id, reading.failure);
    ({ duplicate, rejected, rules_version } = reading);
  }
  await watchStep(found, (watched) => saveImport(import_id, { duplicate, rejected }, watched));
  await dropFile(found.file_id);
  // The rules changed while it waited to be saved.
  if (rules_version !== (await rulesVersionInForce())) await readCampaignAgain(found.campaign_id);
}
