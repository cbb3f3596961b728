import { type Kysely, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import { type accountFigures, runningStates } from "../lists.ts";
import type { DB, ImportState } from "../schema.ts";
import { recountCampaigns } from "./campaigns.ts";
import { refreshFollowUps } from "./follow-ups.ts";
import { hasFile } from "./import-preview.ts";
import { type Writing, writeRows } from "./import-rows.ts";
import { dropStage } from "./import-stage.ts";
import { takePlace } from "./import-tables.ts";
import { dropUnknownContacts, leftContacts, takeBackRows } from "./import-undo.ts";
import { addJob } from "./jobs.ts";
import { takeTurn, whileAtWork, writing } from "./turn.ts";

export type Account = Record<(typeof accountFigures)[number], number>;

/** An import with everything that its jobs need, and whose clock and country its file is read by. */
export async function findImportFile(import_id: number) {
  return db
    .selectFrom("imports as i")
    .select([
      "i.id",
      "i.campaign_id",
      "i.state",
      "i.list",
      "i.file_name",
      "i.bytes",
      "i.sha256",
      "i.store",
      "i.file_id",
    ])
    .select(["i.version", "i.sheet", "i.day_first", "i.overwrite", "i.rows"])
    .select(["i.duplicate", "i.rejected", "i.password", "i.rules_version"])
    .select(sql<Record<string, string | null> | null>`i.mapping`.as("mapping"))
    .where("i.id", "=", import_id)
    .executeTakeFirst();
}

/**
 * The step didn't come to its end: back to where it began, with the reason, to be tried again. With `version` only if nobody
 * chose otherwise meanwhile.
 */
export async function failStep(
  import_id: number,
  failure: string,
  { version, trx = db }: { version?: number; trx?: Kysely<DB> } = {},
): Promise<void> {
  await trx
    .updateTable("imports")
    .set({
      failure,
      state: sql<ImportState>`case state when 'undoing' then 'saved' else 'draft' end::import_state`,
      undone_by: sql`case state when 'undoing' then null else undone_by end`,
      step_began_at: null,
      rows_done: 0,
      rows_total: null,
      cancel_requested: false,
      told_at: null,
    })
    .where("id", "=", import_id)
    .where("state", "in", runningStates)
    .$if(version !== undefined, (query) => query.where("version", "=", version ?? 0))
    .execute();
}

/**
 * Notes how far the running step is; `rows_total` is an estimate while the file isn't read to its end. Answers whether the
 * step is still wanted: "overtaken" = a person chose otherwise meanwhile (`version`), and the file is to be read anew; "over" = there is
 * no such step any more, be it that it has come to its end, or that its import was thrown away.
 */
export async function noteProgress(
  import_id: number,
  version: number,
  rows_done: number,
  rows_total: number | null,
): Promise<"wanted" | "cancelled" | "overtaken" | "over"> {
  const noted = await db
    .updateTable("imports")
    .set({ rows_done, rows_total, step_began_at: sql`coalesce(step_began_at, now())` })
    .where("id", "=", import_id)
    .where("state", "in", runningStates)
    .returning(["cancel_requested", "version"])
    .executeTakeFirst();
  if (!noted) return "over";
  if (noted.cancel_requested) return "cancelled";
  return noted.version === version ? "wanted" : "overtaken";
}

/** Asks the running step to end without having done anything; one that hasn't begun ends at once. */
export async function requestCancel(import_id: number): Promise<void> {
  await db
    .updateTable("imports")
    .set({ cancel_requested: true })
    .where("id", "=", import_id)
    .where("state", "in", ["reading", "saving"])
    .execute();
}

/**
 * Writes an import's staged rows, all or none, and answers the account. Undefined when it isn't to be saved any more. Imports take
 * turns, whatever their campaigns. `atWork` holds the processes of PostgreSQL that are at work: whoever cancels, cancels those.
 */
export async function saveImport(
  import_id: number,
  { duplicate, rejected }: { duplicate: number; rejected: number },
  { atWork = new Set(), onProgress }: Pick<Writing, "atWork" | "onProgress"> = {},
): Promise<Account | undefined> {
  const save = async (trx: Transaction<DB>, attempt: number): Promise<Account | undefined> => {
    await takeTurn(trx);
    const found = await trx
      .selectFrom("imports")
      .select(["campaign_id", "list", "sha256", "overwrite"])
      .select(sql<Record<string, string | null> | null>`mapping`.as("mapping"))
      .where("id", "=", import_id)
      .where("state", "=", "saving")
      .executeTakeFirst();
    if (!found?.list) return undefined;
    const { campaign_id, list } = found;
    const overwrite = found.overwrite && !(await hasFile(trx, campaign_id, { import_id, ...found, list }));
    const { written, built } = await writeRows(
      trx,
      { import_id, campaign_id, overwrite },
      // What hindered it twice may do so again.
      { mayReplace: attempt <= 2, atWork, onProgress },
    );
    const saved = {
      rows: written.created + written.updated + written.unchanged + duplicate + rejected,
      ...written,
      duplicate,
      rejected,
    };
    await refreshFollowUps(trx, import_id);
    await recountCampaigns(trx, [campaign_id]);
    const { numUpdatedRows } = await trx
      .updateTable("imports")
      .set({ ...saved, state: "saved", saved_at: sql`now()`, failure: null, step_began_at: null, rows_done: 0 })
      .set({ password: null })
      .where("id", "=", import_id)
      .where("state", "=", "saving")
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return undefined;
    if (built) await takePlace(trx, built);
    return saved;
  };
  const account = await writing((trx, attempt) => whileAtWork(trx, atWork, () => save(trx, attempt)));
  if (account) {
    await dropStage(import_id);
    if (account.created > fewRows) await addJob({ task: "refresh-statistics" });
    await addJob({ task: "index-contacts" });
  }
  return account;
}

const fewRows = 10_000;

/** Queues the taking back of a saved import. False when it isn't one that can be undone, or no longer. */
export async function requestUndo(import_id: number, undone_by: number | null): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const undoing = await trx
      .updateTable("imports")
      .set({ state: "undoing", undone_by, failure: null, step_began_at: null, told_at: null })
      .where("id", "=", import_id)
      .where("state", "=", "saved")
      .returning("id")
      .executeTakeFirst();
    if (undoing) await addJob({ task: "undo-import", import_id, user_id: undone_by }, trx);
    return undoing !== undefined;
  });
}

/**
 * Takes an import back: see takeBackRows. `left` is how many contacts keep something of it, since later work builds on it. Undefined
 * when the import isn't one that can be undone, or no longer. `onProgress` is told the share of the work that is done.
 */
export async function undoImport(
  import_id: number,
  undone_by: number | null,
  onProgress: (share: number) => void = () => {},
): Promise<{ left: number } | undefined> {
  return writing(async (trx) => {
    await takeTurn(trx);
    const saved = await trx
      .selectFrom("imports")
      .select("id")
      .where("id", "=", import_id)
      .where("state", "in", ["saved", "undoing"])
      .executeTakeFirst();
    if (!saved) return undefined;
    await sql`create temp table touched_contacts (contact_id integer primary key) on commit drop`.execute(trx);
    const campaigns = await takeBackRows(trx, import_id, (share) => onProgress(share * 0.2));
    await refreshFollowUps(trx, import_id);
    onProgress(0.35);
    await dropUnknownContacts(trx, import_id, (share) => onProgress(0.35 + share * 0.6));
    await recountCampaigns(trx, [...campaigns]);
    const undo_left = await countLeft(trx, import_id);
    // The last of all: until here others can note in the row how far this is.
    await trx
      .updateTable("imports")
      .set({ state: "undone", undone_by, undone_at: sql`now()`, undo_left, failure: null })
      .set({ step_began_at: null, rows_done: 0 })
      .where("id", "=", import_id)
      .execute();
    return { left: undo_left };
  });
}

/** Of the files with these names in a store, those that belong to an import: whether it still needs them. */
export async function areFilesNeeded(store: string, names: string[]): Promise<Map<string, boolean>> {
  const { rows } = await sql<{ name: string; is_needed: boolean }>`
    select file_id::text as name, state in ('reading', 'draft', 'saving') as is_needed
    from imports where store = ${store} and file_id::text = any(${names}::text[])
  `.execute(db);
  return new Map(rows.map(({ name, is_needed }) => [name, is_needed]));
}

async function countLeft(trx: Kysely<DB>, import_id: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${leftContacts(import_id)} l (contact_id)
  `.execute(trx);
  return rows[0]?.count ?? 0;
}

/** Ends what a process of PostgreSQL is doing for us: the statement fails, its transaction is taken back. */
export async function cancelStatement(pid: number): Promise<void> {
  await sql`select pg_cancel_backend(${pid})`.execute(db);
}
