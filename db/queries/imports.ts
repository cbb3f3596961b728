import { type Kysely, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB, ImportList, ImportState } from "../schema.ts";
import { type CampaignFields, createCampaign, recountCampaigns } from "./campaigns.ts";
import { refreshFollowUps } from "./follow-ups.ts";
import { previewRows, type Written, writeRows } from "./import-rows.ts";
import { dropStage, storable, storableJson } from "./import-stage.ts";
import { dropUnknownContacts, leftContacts, takeBackRows } from "./import-undo.ts";
import { addJob } from "./jobs.ts";
import { takeTurn } from "./turn.ts";

/** What an import did with the lines of its file: the five add up to `rows`. */
export type Account = {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  duplicate: number;
  rejected: number;
};

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
 * meanwhile.
 */
export async function createOwnImport(
  campaign_id: number,
  { file_name, sha256, bytes }: Pick<NewImport, "file_name" | "sha256" | "bytes">,
  created_by: number | null,
): Promise<number> {
  const { id } = await db
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
  const { list, source, headers, mapping, review } = reading;
  await db
    .updateTable("imports")
    .set({ list, source, headers: headers.map(storable), overwrite, state: "saving" })
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
    .select(["i.version", "i.sheet", "i.day_first", "i.overwrite", "i.cancel_requested", "i.rows", "i.created_by"])
    .select(["i.duplicate", "i.rejected", "i.password"])
    .select(sql<Record<string, string | null> | null>`i.mapping`.as("mapping"))
    .where("i.id", "=", import_id)
    .executeTakeFirst();
}

/**
 * Notes what a reading brought and makes the import a draft with the account of saving it, after those of its campaign that came
 * before it. Their accounts are counted anew together with its own. A reading that was overtaken by a person's other
 * choice (`version`) is dropped.
 */
export async function finishReading(import_id: number, version: number, reading: FileReading): Promise<void> {
  const found = await findImportFile(import_id);
  if (found?.state !== "reading" || found.version !== version) return;
  const { list, source, headers, mapping, review, staged, duplicate, rejected } = reading;
  const { campaign_id, sha256, overwrite } = found;
  const own = list && { import_id, list, mapping, sha256, overwrite, staged };
  const accounts = await previewDrafts(campaign_id, own);
  const isNoted = await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("imports")
      .set({ source, headers: headers.map(storable), review: storableJson(review), state: "draft", failure: null })
      .set({ mapping: mapping && storableJson(mapping), duplicate, rejected, rows: duplicate + rejected })
      .set({ created: 0, updated: 0, unchanged: 0 })
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
  await db.transaction().execute((trx) => noteAccounts(trx, accounts));
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

/** Staged rows that are to be saved into a campaign, and how. */
export type Wanted = {
  /** The import's, or a number under which the caller has staged them. */
  import_id: number;
  list: ImportList;
  mapping: Record<string, string | null> | null;
  sha256: string;
  overwrite: boolean;
  staged: number;
};

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

/** More rows than this are not written on trial. */
const mostOnTrial = 100_000;

/**
 * What saving these one after the other would do. The last one is only compared with what is stored; those before it are
 * written and taken back, so that it meets them. Where they are too many for that, each is told as if it came alone.
 */
export async function previewImports(campaign: number | CampaignFields, wanted: Wanted[]): Promise<Written[]> {
  const onTrial = wanted.slice(0, -1).reduce((rows, { staged }) => rows + staged, 0);
  const isChain = onTrial > 0 && onTrial <= mostOnTrial;
  const tried = new Error("taken back");
  let written: Written[] = [];
  try {
    await writing(async (trx) => {
      written = [];
      if (isChain) await takeTurn(trx);
      const campaign_id =
        typeof campaign === "number" ? campaign : isChain ? ((await createCampaign(campaign, null, trx)) ?? 0) : 0;
      for (const [index, one] of wanted.entries()) {
        const overwrite = one.overwrite && !(await hasFile(trx, campaign_id, one));
        const target = { import_id: one.import_id, campaign_id, overwrite };
        if (isChain && index < wanted.length - 1) {
          await pretendSaved(trx, campaign_id, one);
          written.push(await writeRows(trx, target));
        } else {
          written.push(await previewRows(trx, target));
        }
        await sql`drop table known_rows, changed_rows`.execute(trx);
        await sql`drop table if exists touched_contacts`.execute(trx);
      }
      throw tried;
    });
  } catch (error) {
    if (error !== tried) throw error;
  }
  return written;
}

async function pretendSaved(trx: Transaction<DB>, campaign_id: number, { import_id, list, sha256, mapping }: Wanted) {
  await sql`
    insert into imports (id, campaign_id, list, state, file_name, sha256, bytes, mapping) overriding system value
    values (${import_id}, ${campaign_id}, ${list}, 'saved', '', ${sha256}, 0, ${mapping && storableJson(mapping)}::jsonb)
    on conflict (id) do update set state = 'saved', list = excluded.list, mapping = excluded.mapping
  `.execute(trx);
}

/**
 * The step didn't come to its end: back to where it began, with the reason, to be tried again. With `version` only if nobody
 * chose otherwise meanwhile.
 */
export async function failStep(import_id: number, failure: string, version?: number): Promise<void> {
  await db
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
    .where("state", "in", ["reading", "saving", "undoing"])
    .$if(version !== undefined, (query) => query.where("version", "=", version ?? 0))
    .execute();
}

/**
 * Notes how far the running step is; `rows_total` is an estimate while the file isn't read to its end. Answers whether the
 * step is still wanted: "overtaken" = a person chose otherwise meanwhile (`version`), and the file is to be read anew.
 */
export async function noteProgress(
  import_id: number,
  version: number,
  rows_done: number,
  rows_total: number | null,
): Promise<"wanted" | "cancelled" | "overtaken"> {
  const noted = await db
    .updateTable("imports")
    .set({ rows_done, rows_total, step_began_at: sql`coalesce(step_began_at, now())` })
    .where("id", "=", import_id)
    .where("state", "in", ["reading", "saving", "undoing"])
    .returning(["cancel_requested", "version"])
    .executeTakeFirst();
  // An import that is gone needs no more work either.
  if (!noted || noted.cancel_requested) return "cancelled";
  return noted.version === version ? "wanted" : "overtaken";
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
    .select([
      "i.day_first",
      "i.overwrite",
      "i.rows",
      "i.created",
      "i.updated",
      "i.unchanged",
      "i.duplicate",
      "i.rejected",
    ])
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

// "#1" is what columns without a header are called: they say nothing of the next file.
const headersKey = sql`md5(lower(array_to_string(headers, chr(10))))`;

async function rememberMappings(trx: Transaction<DB>, import_ids: number[]): Promise<void> {
  await sql`
    insert into mappings (headers_key, mapping, overwrite)
    select distinct on (1) ${headersKey}, coalesce(mapping, '{}'), overwrite
    from imports where id = any(${import_ids}::int[]) and headers[1] !~ '^#[0-9]+$'
    order by 1, id desc
    on conflict (headers_key) do update set mapping = excluded.mapping, overwrite = excluded.overwrite, updated_at = now()
  `.execute(trx);
}

/** How a file with these headers was mapped by hand the last time, and whether its values won over stored ones. */
export async function findMapping(names: string[]) {
  const { rows } = await sql<{ mapping: Record<string, string | null>; overwrite: boolean }>`
    select mapping, overwrite from mappings, (select ${names}::text[] as headers) h
    where headers_key = ${headersKey} and headers[1] !~ '^#[0-9]+$'
  `.execute(db);
  return rows[0];
}

/** Notes the remembered choice of a file that nobody has chosen anything for yet. */
export async function recallOverwrite(import_id: number, overwrite: boolean): Promise<void> {
  await db.updateTable("imports").set({ overwrite }).where("id", "=", import_id).where("version", "=", 1).execute();
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

/**
 * Writes an import's staged rows, all or none, and answers the account. Undefined when it isn't to be saved any more. Imports take
 * turns, whatever their campaigns. `onStart` is told which process of PostgreSQL is at work: whoever cancels, cancels that.
 * `onProgress` is told the share of the work that is done.
 */
export async function saveImport(
  import_id: number,
  { duplicate, rejected }: { duplicate: number; rejected: number },
  onStart: (pid: number) => void = () => {},
  onProgress: (share: number) => void = () => {},
): Promise<Account | undefined> {
  const account = await writing(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    onStart(rows[0]?.pid ?? 0);
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
    const written = await writeRows(trx, { import_id, campaign_id, overwrite }, onProgress);
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
    return numUpdatedRows > 0n ? saved : undefined;
  });
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
 * when the import isn't one that can be undone, or no longer.
 */
export async function undoImport(import_id: number, undone_by: number | null): Promise<{ left: number } | undefined> {
  return writing(async (trx) => {
    await takeTurn(trx);
    const { numUpdatedRows } = await trx
      .updateTable("imports")
      .set({ state: "undone", undone_by, undone_at: sql`now()`, failure: null, step_began_at: null })
      .where("id", "=", import_id)
      .where("state", "in", ["saved", "undoing"])
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return undefined;
    await sql`create temp table touched_contacts (contact_id integer primary key) on commit drop`.execute(trx);
    const campaigns = await takeBackRows(trx, import_id);
    await refreshFollowUps(trx, import_id);
    await dropUnknownContacts(trx);
    await recountCampaigns(trx, [...campaigns]);
    const left = await countLeft(trx, import_id);
    await trx.updateTable("imports").set({ undo_left: left }).where("id", "=", import_id).execute();
    return { left };
  });
}

/** One page of all imports, newest first. */
export async function listImports({ page, size, campaign_id }: { page: number; size: number; campaign_id?: number }) {
  const wanted = () => {
    const query = db.selectFrom("imports as i").where("i.state", "not in", ["reading", "draft"]);
    return campaign_id === undefined ? query : query.where("i.campaign_id", "=", campaign_id);
  };
  const [imports, { total }] = await Promise.all([
    selectImports(wanted())
      .orderBy("i.created_at", "desc")
      .orderBy("i.id", "desc")
      .limit(size)
      .offset((page - 1) * size)
      .execute(),
    wanted().select(sql<number>`count(*)::int`.as("total")).executeTakeFirstOrThrow(),
  ]);
  return { imports, total };
}

export async function findImport(import_id: number) {
  return selectImports(db.selectFrom("imports as i").where("i.id", "=", import_id)).executeTakeFirst();
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

/** How a person's files are: those at work, and those that have ended and of which they weren't told yet; at most 20. */
export async function listNews(user_id: number) {
  return db
    .selectFrom("imports as i")
    .innerJoin("campaigns as c", "c.id", "i.campaign_id")
    .where(
      sql<boolean>`coalesce(case when i.state in ('undoing', 'undone') then i.undone_by end, i.created_by) = ${user_id}`,
    )
    .where((where) =>
      where.or([
        where("i.state", "in", ["reading", "saving", "undoing"]),
        where.and([where("i.told_at", "is", null), where("i.state", "in", ["saved", "undone"])]),
        where.and([where("i.told_at", "is", null), where("i.state", "=", "draft"), where("i.failure", "is not", null)]),
      ]),
    )
    .orderBy("i.id", "desc")
    .limit(20)
    .select(["i.id", "i.campaign_id", "c.name as campaign", "i.file_name", "i.list", "i.state", "i.failure"])
    .select(["i.rows", "i.rows_done", "i.rows_total", "i.undo_left"])
    .execute();
}

/** The person has seen how these imports ended. */
export async function noteTold(user_id: number, import_ids: number[]): Promise<void> {
  await db
    .updateTable("imports")
    .set({ told_at: sql`now()` })
    .where("id", "=", sql<number>`any(${import_ids}::int[])`)
    .where("told_at", "is", null)
    .where("state", "not in", ["reading", "saving", "undoing"])
    .where((where) => where.or([where("created_by", "=", user_id), where("undone_by", "=", user_id)]))
    .execute();
}

/** Files that imports still need, by their names in a store. */
export async function listFiles(store: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom("imports")
    .select("file_id")
    .where("store", "=", store)
    .where("state", "in", ["reading", "draft", "saving"])
    .execute();
  return new Set(rows.map(({ file_id }) => file_id ?? ""));
}

/** How often each problem occurs in an import, the most frequent first. */
export async function countProblems(import_id: number) {
  return db
    .selectFrom("import_problems")
    .where("import_id", "=", import_id)
    .groupBy(["code", "rejected"])
    .orderBy("rejected", "desc")
    .orderBy(sql`count(*)`, "desc")
    .orderBy("code")
    .select(["code", "rejected", sql<number>`count(*)::int`.as("count")])
    .execute();
}

/** One page of an import's problems in the order of the file; of one kind, if `code` names it. */
export async function listProblems(
  import_id: number,
  { page, size, code }: { page: number; size: number; code?: string },
) {
  return db
    .selectFrom("import_problems")
    .where("import_id", "=", import_id)
    .$if(code !== undefined, (query) => query.where("code", "=", code ?? ""))
    .orderBy("line")
    .orderBy("id")
    .limit(size)
    .offset((page - 1) * size)
    .select(["id", "line", "column_name", "code", "value", "raw", "rejected"])
    .execute();
}

/** The rejected rows as they came, in the order of the file, a thousand at a time after the given line. */
export async function listRejected(import_id: number, after: number) {
  return db
    .selectFrom("import_problems")
    .where("import_id", "=", import_id)
    .where("rejected", "=", true)
    .where("line", ">", after)
    .orderBy("line")
    .limit(1_000)
    .select(["line", "code", "raw"])
    .execute();
}

/** What an earlier reading of the file found wrong is forgotten, before a new one begins. */
export async function forgetProblems(import_id: number): Promise<void> {
  await db.deleteFrom("import_problems").where("import_id", "=", import_id).execute();
}

/** Contacts that keep something of an undone import, and what builds on it; at most 200. */
export async function listLeft(import_id: number) {
  const { rows } = await sql<{ contact_id: number; email: string; name: string; why: "import" | "work" }>`
    select c.id as contact_id, a.email, concat_ws(' ', c.first_name, c.last_name, c.company) as name,
      case when exists (select from calls w where w.contact_id = c.id and w.called_at >= i.saved_at)
        or exists (select from corrections w where w.contact_id = c.id and w.corrected_at >= i.saved_at)
        or exists (select from removals w where w.contact_id = c.id and w.requested_at >= i.saved_at)
        then 'work' else 'import' end as why
    from ${leftContacts(import_id)} l (contact_id)
    join imports i on i.id = ${import_id}
    join contacts c on c.id = l.contact_id
    join addresses a on a.contact_id = c.id and a.replaced_at is null
    order by a.email_key limit 200
  `.execute(db);
  return rows;
}

function selectImports(query: ReturnType<typeof importsQuery>) {
  return query
    .innerJoin("campaigns as c", "c.id", "i.campaign_id")
    .leftJoin("users as u", "u.id", "i.created_by")
    .leftJoin("users as w", "w.id", "i.undone_by")
    .select([
      "i.id",
      "i.campaign_id",
      "c.name as campaign",
      "i.list",
      "i.state",
      "i.failure",
      "i.file_name",
      "i.bytes",
      "i.headers",
      "i.source",
      "i.rows",
      "i.created",
      "i.updated",
      "i.unchanged",
      "i.duplicate",
      "i.rejected",
      "i.step_began_at",
      "i.rows_done",
      "i.rows_total",
      "i.created_at",
      "i.saved_at",
      "i.undone_at",
      "i.undo_left",
      "u.name as created_by",
      "w.name as undone_by",
    ]);
}

const importsQuery = () => db.selectFrom("imports as i");

/** Has the campaign this very file already, read in the same way? What it says then only fills gaps. */
async function hasFile(
  trx: Transaction<DB>,
  campaign_id: number,
  { import_id, list, mapping, sha256 }: Pick<Wanted, "import_id" | "list" | "mapping" | "sha256">,
): Promise<boolean> {
  const { rows } = await sql`
    select from imports o
    where o.campaign_id = ${campaign_id}::int and o.sha256 = ${sha256} and o.id <> ${import_id}::int
      and o.state = 'saved' and o.list = ${list}
      and o.mapping is not distinct from ${mapping && storableJson(mapping)}::jsonb
    limit 1
  `.execute(trx);
  return rows.length > 0;
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

// Deadlock with somebody at work on the same contacts; an address that a call brought in the same moment.
const passing = ["40P01", "23503", "23505"];

/** A transaction that may take long, tried again when it only met another at the wrong moment. */
async function writing<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (trx) => {
        await sql`set local statement_timeout = '30min'`.execute(trx);
        await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
        await sql`set local work_mem = '256MB'`.execute(trx);
        return work(trx);
      });
    } catch (error) {
      if (attempt === 5 || !passing.includes((error as { code?: string }).code ?? "")) throw error;
    }
  }
}

/** Imports in the middle of a step, whosever they are, the oldest first; at most 50. */
export async function listRunning() {
  return selectImports(db.selectFrom("imports as i").where("i.state", "in", ["reading", "saving", "undoing"]))
    .select("i.cancel_requested")
    .orderBy("i.id")
    .limit(50)
    .execute();
}
