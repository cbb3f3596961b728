import { type Kysely, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import { accountFigures } from "../lists.ts";
import type { DB, ImportList } from "../schema.ts";
import { type CampaignFields, createCampaign } from "./campaigns.ts";
import { previewImports, type Wanted } from "./import-preview.ts";
import type { Written } from "./import-rows.ts";
import { dropStage } from "./import-stage.ts";
import { findImportFile } from "./import-steps.ts";
import { addJob } from "./jobs.ts";
import { rememberMappings } from "./mappings.ts";
import { storable, storableJson } from "./storable.ts";

/** A file that has arrived, and where it lies. */
export type NewImport = {
  /** Undefined = as guessed when it is read. */
  list?: ImportList;
  /** Empty for a pasted table. */
  file_name: string;
  sha256: string;
  bytes: number;
  store: string;
  file_id: string;
};

/** How a file is to be read, as a person chose; null = as recognised. */
export type ImportSettings = {
  list: ImportList | null;
  /** Column position → field; a column that is missing is as recognised. */
  mapping: Record<string, string | null> | null;
  sheet: number | null;
  day_first: boolean | null;
  overwrite: boolean;
};

/** What reading a file brought, beside its staged rows. */
export type FileReading = {
  list: ImportList | null;
  source: string | null;
  headers: string[];
  /** The mapping by hand that it was read with: the import's own, or one remembered for its headers. */
  mapping: Record<string, string | null> | null;
  /** What the review shows; see app/jobs. */
  review: unknown;
  /** The rules by which its reasons were read. */
  rules_version: string | null;
  /** Rows of the file that wait to be saved, one an address. */
  staged: number;
  duplicate: number;
  rejected: number;
};

/**
 * Takes files in for a campaign, which is created with them where it is new, and queues their reading: all of it or
 * nothing. Answers the campaign's id, or undefined when its name is taken.
 */
export async function createImports(
  campaign: number | CampaignFields,
  files: NewImport[],
  created_by: number | null,
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    const campaign_id = typeof campaign === "number" ? campaign : await createCampaign(campaign, created_by, trx);
    if (campaign_id === undefined) return undefined;
    await insertImports(trx, campaign_id, files, created_by);
    return campaign_id;
  });
}

async function insertImports(
  trx: Transaction<DB>,
  campaign_id: number,
  files: NewImport[],
  created_by: number | null,
): Promise<void> {
  for (const file of files) {
    const { id } = await trx
      .insertInto("imports")
      .values({ ...file, campaign_id, created_by })
      .returning("id")
      .executeTakeFirstOrThrow();
    await addJob({ task: "read-import", import_id: id, store: file.store }, trx);
  }
}

/**
 * An import without the queue: whoever makes it (the command line, the sample) reads and saves it itself, and holds its claim
 * from its first moment: see claimNewImport.
 */
export async function createOwnImport(
  campaign_id: number,
  { file_name, sha256, bytes }: Pick<NewImport, "file_name" | "sha256" | "bytes">,
  created_by: number | null,
  trx: Kysely<DB> = db,
): Promise<number> {
  const { id } = await trx
    .insertInto("imports")
    .values({ file_name, sha256, bytes, campaign_id, created_by })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** What a reading without the queue brought: the import is to be saved next. */
export async function startOwnSaving(
  import_id: number,
  reading: FileReading & { list: ImportList },
  overwrite: boolean,
): Promise<void> {
  const { list, source, headers, mapping, review, rules_version } = reading;
  await db
    .updateTable("imports")
    .set({ list, source, headers: headers.map(storable), overwrite, rules_version, state: "saving" })
    .set({ mapping: mapping && storableJson(mapping), review: storableJson(review) })
    .where("id", "=", import_id)
    .execute();
}

/** Puts the files of an archive in the archive's place. False where the import is gone. */
export async function unpackImport(import_id: number, files: NewImport[]): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const archive = await trx
      .deleteFrom("imports")
      .where("id", "=", import_id)
      .where("state", "=", "reading")
      .returning(["campaign_id", "created_by"])
      .executeTakeFirst();
    if (!archive) return false;
    await insertImports(trx, archive.campaign_id, files, archive.created_by);
    return true;
  });
}

/**
 * Notes what a reading brought and makes the import a draft with the account of saving it, after those of its campaign that came
 * before it. Their accounts are counted anew together with its own. A reading that was overtaken by a person's other
 * choice (`version`) is dropped.
 */
export async function finishReading(import_id: number, version: number, reading: FileReading): Promise<void> {
  const found = await findImportFile(import_id);
  if (found?.state !== "reading" || found.version !== version) return;
  const { list, source, headers, mapping, review, rules_version, staged, duplicate, rejected } = reading;
  const { campaign_id, sha256, overwrite } = found;
  const own = list && { import_id, list, mapping, sha256, overwrite, staged };
  const accounts = await previewDrafts(campaign_id, own);
  const isNoted = await db.transaction().execute(async (trx) => {
    await lockDrafts(trx, campaign_id);
    const { numUpdatedRows } = await trx
      .updateTable("imports")
      .set({ source, headers: headers.map(storable), review: storableJson(review), state: "draft", failure: null })
      .set({ mapping: mapping && storableJson(mapping), duplicate, rejected, rows: duplicate + rejected })
      .set({ rules_version, created: 0, updated: 0, unchanged: 0 })
      .set({ step_began_at: null, rows_done: 0, rows_total: null, cancel_requested: false })
      .where("id", "=", import_id)
      .where("state", "=", "reading")
      .where("version", "=", version)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) await noteAccounts(trx, accounts);
    return numUpdatedRows > 0n;
  });
  if (!isNoted) return;
  // Two that finish in the same moment didn't see each other.
  const drafts = await stagedDrafts(campaign_id);
  if (drafts.some((draft) => !accounts.has(draft.import_id))) await refreshDrafts(campaign_id);
}

/** Counts the accounts of a campaign's drafts anew: one that stood before them is gone, or was saved. */
export async function refreshDrafts(campaign_id: number): Promise<void> {
  const accounts = await previewDrafts(campaign_id, null);
  await db.transaction().execute(async (trx) => {
    await lockDrafts(trx, campaign_id);
    await noteAccounts(trx, accounts);
  });
}

/** Whoever writes several of a campaign's drafts begins with this: one order for everybody, so that nobody waits in a circle. */
async function lockDrafts(trx: Transaction<DB>, campaign_id: number): Promise<void> {
  await trx
    .selectFrom("imports")
    .select("id")
    .where("campaign_id", "=", campaign_id)
    .where("state", "in", ["reading", "draft"])
    .orderBy("id")
    .forNoKeyUpdate()
    .execute();
}

async function noteAccounts(trx: Transaction<DB>, accounts: Map<number, Written>): Promise<void> {
  for (const [id, { created, updated, unchanged }] of accounts) {
    await trx
      .updateTable("imports")
      .set({ created, updated, unchanged })
      .set({ rows: sql`duplicate + rejected + ${created + updated + unchanged}` })
      .where("id", "=", id)
      .where("state", "=", "draft")
      .execute();
  }
}

/** A campaign's drafts whose rows wait in their staging tables, in the order in which they came. */
async function stagedDrafts(campaign_id: number): Promise<Wanted[]> {
  return db
    .selectFrom("imports")
    .select(["id as import_id", "sha256", "overwrite"])
    .select(sql<ImportList>`coalesce(list, (review ->> 'list')::import_list)`.as("list"))
    .select(sql<Record<string, string | null> | null>`mapping`.as("mapping"))
    .select(sql<number>`rows - duplicate - rejected`.as("staged"))
    .where("campaign_id", "=", campaign_id)
    .where("state", "=", "draft")
    .where("failure", "is", null)
    .where(sql<boolean>`review ->> 'list' is not null and to_regclass('import_rows_' || id) is not null`)
    .orderBy("id")
    .execute();
}

async function previewDrafts(campaign_id: number, own: Wanted | null): Promise<Map<number, Written>> {
  const drafts = (await stagedDrafts(campaign_id)).filter(({ import_id }) => import_id !== own?.import_id);
  const wanted = own ? [...drafts, own].sort((a, b) => a.import_id - b.import_id) : drafts;
  if (wanted.length === 0) return new Map();
  const written = await previewImports(campaign_id, wanted);
  return new Map(wanted.flatMap(({ import_id }, index) => (written[index] ? [[import_id, written[index]]] : [])));
}

/** A campaign's files that aren't saved yet, in the order in which they came. */
export async function listDrafts(campaign_id: number) {
  return db
    .selectFrom("imports as i")
    .where("i.campaign_id", "=", campaign_id)
    .where("i.state", "in", ["reading", "draft", "saving"])
    .orderBy("i.id")
    .limit(200)
    .select(["i.id", "i.state", "i.list", "i.file_name", "i.bytes", "i.created_at", "i.failure", "i.source", "i.sheet"])
    .select(["i.day_first", "i.overwrite"])
    .select(accountFigures.map((figure) => `i.${figure}` as const))
    .select(["i.step_began_at", "i.rows_done", "i.rows_total", "i.cancel_requested"])
    .select(sql<Record<string, string | null> | null>`i.mapping`.as("mapping"))
    .select(sql<unknown>`i.review`.as("review"))
    .select(
      sql<Date | null>`(
        select max(o.saved_at) from imports o
        where o.campaign_id = i.campaign_id and o.state = 'saved' and o.sha256 = i.sha256
      )`.as("same_saved_at"),
    )
    .execute();
}

/** Notes how drafts are to be read and queues the reading of those for which that is new. */
export async function updateDrafts(campaign_id: number, drafts: (ImportSettings & { id: number })[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockDrafts(trx, campaign_id);
    for (const { id, mapping, ...settings } of drafts) {
      const json = mapping && storableJson(mapping);
      const changed = await trx
        .updateTable("imports")
        .set({
          ...settings,
          mapping: json,
          state: "reading",
          version: sql`version + 1`,
          failure: null,
          step_began_at: null,
        })
        .where("id", "=", id)
        .where("campaign_id", "=", campaign_id)
        .where("state", "in", ["reading", "draft"])
        .where(
          sql<boolean>`(list, mapping, sheet, day_first, overwrite) is distinct from (${settings.list}::import_list,
            ${json}::jsonb, ${settings.sheet}::int, ${settings.day_first}::boolean, ${settings.overwrite}::boolean)`,
        )
        .returning("store")
        .executeTakeFirst();
      if (changed?.store) await addJob({ task: "read-import", import_id: id, store: changed.store }, trx);
    }
  });
}

/** Reads a draft's file again: after a failure, or with the password that it asked for. */
export async function readAgain(import_id: number, password?: string): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    const draft = await trx
      .updateTable("imports")
      .set({ state: "reading", version: sql`version + 1`, failure: null, step_began_at: null })
      .$if(password !== undefined, (query) => query.set({ password }))
      .where("id", "=", import_id)
      .where("state", "=", "draft")
      .returning(["campaign_id", "store"])
      .executeTakeFirst();
    if (draft?.store) await addJob({ task: "read-import", import_id, store: draft.store }, trx);
    return draft?.campaign_id;
  });
}

/** Queues the saving of those of a campaign's drafts that are ready; answers how many. */
export async function requestSaving(campaign_id: number, import_ids: number[]): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await lockDrafts(trx, campaign_id);
    const ready = await trx
      .updateTable("imports")
      .set({
        state: "saving",
        list: sql`coalesce(list, (review ->> 'list')::import_list)`,
        failure: null,
        step_began_at: null,
        told_at: null,
      })
      .where("campaign_id", "=", campaign_id)
      .where("id", "=", sql<number>`any(${import_ids}::int[])`)
      .where("state", "=", "draft")
      .where(
        sql<boolean>`(failure is null or failure in ('cancelled', 'disk-full', 'unexpected')) and review ->> 'list' is not null`,
      )
      .returning(["id", "store"])
      .execute();
    await rememberMappings(trx, import_ids);
    await queueSaving(campaign_id, trx);
    return ready.length;
  });
}

/** Queues the first of a campaign's imports that are to be saved: they come one after the other, as the review told their accounts. */
export async function queueSaving(campaign_id: number, trx: Kysely<DB> = db): Promise<void> {
  const next = await trx
    .selectFrom("imports")
    .select(["id", "store"])
    .where("campaign_id", "=", campaign_id)
    .where("state", "=", "saving")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  if (next?.store) await addJob({ task: "save-import", import_id: next.id, store: next.store }, trx);
}

/** Forgets an import that was made without the queue and whose maker is gone: nothing of it was written. */
export async function discardImport(import_id: number): Promise<void> {
  await db.deleteFrom("imports").where("id", "=", import_id).where("state", "in", ["reading", "saving"]).execute();
  await dropStage(import_id);
}

/** The campaign of the file that was thrown away, and the file; undefined where there is none. */
export async function discardDraft(import_id: number) {
  const discarded = await db
    .deleteFrom("imports")
    .where("id", "=", import_id)
    .where("state", "in", ["reading", "draft"])
    .returning(["campaign_id", "store", "file_id"])
    .executeTakeFirst();
  if (discarded) await dropStage(import_id);
  return discarded;
}

/** Campaigns with files that wait for somebody to look at them and import them. */
export async function listWaitingDrafts(limit = 20) {
  return db
    .selectFrom("imports as i")
    .innerJoin("campaigns as c", "c.id", "i.campaign_id")
    .where("i.state", "in", ["reading", "draft"])
    .groupBy(["c.id", "c.name"])
    .orderBy(sql`max(i.created_at)`, "desc")
    .limit(limit)
    .select(["c.id", "c.name", sql<number>`count(*)::int`.as("files")])
    .execute();
}
