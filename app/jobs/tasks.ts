import { indexContacts } from "#db/queries/contacts.ts";
import { refreshStatistics } from "#db/queries/database.ts";
import { discardImport, queueSaving, refreshDrafts } from "#db/queries/import-drafts.ts";
import { dropOldStages } from "#db/queries/import-stage.ts";
import { areFilesNeeded, failStep, findImportFile, undoImport } from "#db/queries/import-steps.ts";
import { dropOldTables } from "#db/queries/import-tables.ts";
import {
  addJob,
  claimImport,
  claimUpkeep,
  type Job,
  listAbandonedImports,
  listAbandonedUpkeep,
  taskName,
} from "#db/queries/jobs.ts";
import { storeName, sweepFiles } from "./files.ts";
import { findIncidents } from "./incidents.ts";
import { Cancelled, watchStep } from "./progress.ts";
import { readImport } from "./read-import.ts";
import { finishSaving } from "./save-import.ts";
import { readCampaignAgain, readVerdicts } from "./verdicts.ts";

type Log = (error: unknown) => void;

/** Every task of the queue by its name, for the process that has this store of files. A task that throws is tried again later. */
export async function tasksOf(log: Log): Promise<Record<string, (payload: unknown) => Promise<void>>> {
  const store = await storeName();
  const run = (payload: unknown) => runJob(payload as Job, log);
  return {
    [taskName("read-import", store)]: run,
    [taskName("save-import", store)]: run,
    [taskName("undo-import")]: run,
    [taskName("refresh-statistics")]: run,
    [taskName("index-contacts")]: run,
    [taskName("read-verdicts")]: run,
    [taskName("find-incidents")]: run,
  };
}

const upkeep = { "refresh-statistics": refreshStatistics, "index-contacts": indexContacts };

async function runJob(job: Job, log: Log): Promise<void> {
  if (job.task === "read-verdicts") return readVerdicts(job);
  if (job.task === "find-incidents") return findIncidents(job.campaign_id);
  if (!("import_id" in job)) return claimUpkeep(job.task, upkeep[job.task]);
  const { import_id } = job;
  const found = await findImportFile(import_id);
  if (!found) return;
  await claimImport(import_id, async (own) => {
    try {
      if (job.task === "read-import") await readImport(import_id);
      else if (job.task === "save-import") await finishSaving(import_id);
      else if (found.state === "undoing") await undo(found, job.user_id);
    } catch (error) {
      const reason = reasonOf(error);
      // Without its database a job has nowhere to say so, and nothing was written: it is done again when that is back.
      if (reason === "database-away") throw error;
      // Over the claim's connection: where that is lost, another process may be at work on the import by now.
      await failStep(import_id, reason, { trx: own });
      if (reason === "unexpected") log(error);
    }
  });
  if (job.task === "read-import") return;
  await queueSaving(found.campaign_id);
  // What the others of the campaign would do has changed with it.
  await refreshDrafts(found.campaign_id);
}

async function undo(found: { id: number; campaign_id: number; version: number; rows: number }, user_id: number | null) {
  await watchStep(found, ({ onProgress }) => undoImport(found.id, user_id, onProgress));
  // What it restored may have been read by older rules.
  await readCampaignAgain(found.campaign_id);
}

/** Why a step ended, as a person is told it, and whether trying again may help. */
function reasonOf(error: unknown): "cancelled" | "disk-full" | "file-gone" | "database-away" | "unexpected" {
  if (error instanceof Cancelled) return "cancelled";
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (code === "53100" || code === "ENOSPC" || code === "EDQUOT") return "disk-full";
  // Classes 08 and 57P of PostgreSQL's error codes, and what pg and the system say of a lost connection.
  if (/^(08|57P)|^ECONN|^EPIPE$|^ENOTCONN$/.test(code) || /connect|terminating|ended by|timeout exp/i.test(message))
    return "database-away";
  if (code === "ENOENT") return "file-gone";
  return "unexpected";
}

/** Gives work that died with its process, or with its connection, to the queue again. */
export async function pickUpAbandoned(): Promise<void> {
  const store = await storeName();
  for (const { id, state, store: itsStore, undone_by } of await listAbandonedImports(store)) {
    if (itsStore === null && state !== "undoing") await discardImport(id);
    else if (state === "reading") await addJob({ task: "read-import", import_id: id, store });
    else if (state === "saving") await addJob({ task: "save-import", import_id: id, store });
    else await addJob({ task: "undo-import", import_id: id, user_id: undone_by });
  }
  for (const task of await listAbandonedUpkeep()) await addJob({ task });
}

/** Clears away what killed processes and broken uploads left: tables of imports that are over, files that nothing needs. */
export async function clearAway(): Promise<void> {
  await dropOldStages();
  await dropOldTables();
  const store = await storeName();
  await sweepFiles((names) => areFilesNeeded(store, names));
}
