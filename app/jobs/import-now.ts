import type { FileFailure } from "#app/import/codes.ts";
import type { CampaignFields } from "#db/queries/campaigns.ts";
import { createOwnImport, discardImport, startOwnSaving } from "#db/queries/import-drafts.ts";
import { previewImports, type Wanted } from "#db/queries/import-preview.ts";
import { createStage, dropStage } from "#db/queries/import-stage.ts";
import { type Account, saveImport } from "#db/queries/import-steps.ts";
import { claimNewImport } from "#db/queries/jobs.ts";
import type { ImportList } from "#db/schema.ts";
import { type StagedFile, type StageFile, stageFile } from "./stage-file.ts";

export type OwnFile = Omit<StageFile, "stage_id" | "import_id"> & { sha256: string; overwrite: boolean };

export type Imported =
  | { list: ImportList; account: Account; import_id: number | null }
  | { failure: FileFailure | "unknown-list" };

/** Reads a file and saves it into a campaign, all or nothing, without the queue and the review. Throws what the disk and the database throw. */
export async function importNow(campaign_id: number, file: OwnFile, created_by: number | null): Promise<Imported> {
  return claimNewImport(
    (trx) => createOwnImport(campaign_id, file, created_by, trx),
    async (import_id) => {
      let isSaved = false;
      try {
        await createStage(import_id);
        const reading = await stageFile({ ...file, stage_id: import_id, import_id });
        if ("failure" in reading || !reading.list) return { failure: failureOf(reading) };
        const { list } = reading;
        await startOwnSaving(import_id, { ...reading, list }, file.overwrite);
        const account = await saveImport(import_id, reading);
        if (!account) throw new Error(`import ${import_id} was taken away`);
        isSaved = true;
        return { list, account, import_id };
      } finally {
        if (!isSaved) await discardImport(import_id);
      }
    },
  );
}

/**
 * What importing these one after the other would do, told without anything that stays. The campaign may be one that is
 * still to be made. Answers them in their order.
 */
export async function tryNow(campaign: number | CampaignFields, files: OwnFile[]): Promise<Imported[]> {
  // Far from any import's number, so that two at once don't meet.
  const first = 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000);
  const answers: Imported[] = [];
  const wanted: (Wanted & { index: number; duplicate: number; rejected: number })[] = [];
  try {
    for (const [index, file] of files.entries()) {
      await createStage(first + index);
      const reading = await stageFile({ ...file, stage_id: first + index, import_id: null });
      if ("failure" in reading || !reading.list) answers[index] = { failure: failureOf(reading) };
      else
        wanted.push({
          ...reading,
          ...file,
          import_id: first + index,
          index,
          list: reading.list,
          mapping: reading.mapping,
        });
    }
    const written = await previewImports(campaign, wanted);
    for (const [place, { index, list, staged, duplicate, rejected }] of wanted.entries()) {
      const account = { rows: staged + duplicate + rejected, created: 0, updated: 0, unchanged: 0, ...written[place] };
      answers[index] = { list, account: { ...account, duplicate, rejected }, import_id: null };
    }
    return answers;
  } finally {
    for (const index of files.keys()) await dropStage(first + index);
  }
}

function failureOf(reading: StagedFile | { failure: FileFailure }): FileFailure | "unknown-list" {
  if ("failure" in reading) return reading.failure;
  return reading.review.columns.some(({ field }) => field === "email") ? "unknown-list" : "no-address-column";
}
