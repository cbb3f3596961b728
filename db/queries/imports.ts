import { randomUUID } from "node:crypto";
import { type Kysely, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB, ImportList } from "../schema.ts";
import { type CampaignFields, createCampaign, recountCampaigns } from "./campaigns.ts";
import { refreshFollowUps } from "./follow-ups.ts";
import { dropStage, type StagedRow, storable, storableJson, writeRows } from "./import-rows.ts";
import { dropUnknownContacts, leftContacts, takeBackRows } from "./import-undo.ts";

/** What an import did with the lines of its file: the five add up to `rows`. */
export type Account = {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  duplicate: number;
  rejected: number;
};

export type NewDraft = {
  campaign_id: number;
  /** Undefined = as guessed when it is read. */
  list?: ImportList;
  /** Empty for a pasted table. */
  file_name: string;
  sha256: string;
  content: Uint8Array;
  created_by: number | null;
};

/** A file as the reader understood it, ready to be written. */
export type FileRows = {
  list: ImportList;
  /** Column position → field, where a person mapped by hand. */
  mapping: Record<string, string | null> | null;
  headers: string[];
  rows: StagedRow[];
  problems: {
    line: number;
    column: string | null;
    code: string;
    value: string | null;
    raw: string[];
    rejected: boolean;
  }[];
  duplicate: number;
  rejected: number;
};

/**
 * Keeps files as drafts of a campaign, which is created with them where it is new: all of it or nothing. Answers the
 * campaign's id, or undefined when its name is taken.
 */
export async function createDrafts(
  campaign: number | CampaignFields,
  files: Omit<NewDraft, "campaign_id" | "created_by">[],
  created_by: number | null,
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    const campaign_id = typeof campaign === "number" ? campaign : await createCampaign(campaign, created_by, trx);
    if (campaign_id === undefined) return undefined;
    for (const file of files) await createDraft({ ...file, campaign_id, created_by }, trx);
    return campaign_id;
  });
}

export async function createDraft({ content, ...draft }: NewDraft, trx?: Transaction<DB>): Promise<number> {
  if (!trx) return db.transaction().execute((own) => createDraft({ content, ...draft }, own));
  const { id } = await trx
    .insertInto("imports")
    .values({ ...draft, bytes: content.byteLength })
    .returning("id")
    .executeTakeFirstOrThrow();
  await trx
    .insertInto("import_files")
    .values({ import_id: id, content: Buffer.from(content.buffer, content.byteOffset, content.byteLength) })
    .execute();
  return id;
}

/** A campaign's drafts with their files, in the order in which they came and will be imported. */
export async function listDrafts(campaign_id: number) {
  return db
    .selectFrom("imports as i")
    .innerJoin("import_files as f", "f.import_id", "i.id")
    .where("i.campaign_id", "=", campaign_id)
    .where("i.state", "=", "draft")
    .orderBy("i.id")
    .select(["i.id", "i.list", "i.file_name", "i.bytes", "i.created_at", "f.content"])
    .select(sql<Record<string, string | null> | null>`i.mapping`.as("mapping"))
    .select(
      sql<Date | null>`(
        select max(o.saved_at) from imports o
        where o.campaign_id = i.campaign_id and o.state = 'saved' and o.sha256 = i.sha256
      )`.as("same_saved_at"),
    )
    .execute();
}

export type DraftFile = Awaited<ReturnType<typeof listDrafts>>[number];

/** How a draft is to be read, as a person chose. Drafts that are no drafts any more stay as they are. */
export async function updateDrafts(
  campaign_id: number,
  drafts: { id: number; list: ImportList | null; mapping: Record<string, string | null> | null }[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const { id, list, mapping } of drafts) {
      await trx
        .updateTable("imports")
        .set({ list, mapping: mapping && JSON.stringify(mapping) })
        .where("id", "=", id)
        .where("campaign_id", "=", campaign_id)
        .where("state", "=", "draft")
        .execute();
    }
  });
}

/** The campaign of the draft that was thrown away; undefined where there is none. */
export async function discardDraft(import_id: number): Promise<number | undefined> {
  const discarded = await db
    .deleteFrom("imports")
    .where("id", "=", import_id)
    .where("state", "=", "draft")
    .returning("campaign_id")
    .executeTakeFirst();
  return discarded?.campaign_id;
}

/**
 * Writes a draft's rows, all or none, and answers the account. Undefined when it is no draft any more: saved by a second click,
 * or thrown away. Two imports of one campaign take turns.
 */
export async function saveImport(import_id: number, file: FileRows): Promise<Account | undefined> {
  return writing(async (trx) => {
    const draft = await lockImport(trx, import_id, "draft");
    if (!draft) return undefined;
    const account = await writeFile(trx, { import_id, campaign_id: draft.campaign_id, file });
    await refreshFollowUps(trx, import_id);
    await recountCampaigns(trx, [draft.campaign_id]);
    await trx.deleteFrom("import_files").where("import_id", "=", import_id).execute();
    await insertProblems(trx, import_id, file.problems);
    return account;
  });
}

/**
 * What saving these files one after the other would do, told by doing it and taking it back: nothing stays. A file without
 * `import_id` has no draft yet, and a campaign may be one that is still to be created.
 */
export async function previewImports(
  campaign: number | CampaignFields,
  files: (FileRows & { import_id?: number; sha256?: string })[],
): Promise<Account[]> {
  const accounts: Account[] = [];
  const tried = new Error("taken back");
  try {
    await writing(async (trx) => {
      accounts.length = 0;
      const campaign_id = typeof campaign === "number" ? campaign : await createCampaign(campaign, null, trx);
      if (campaign_id === undefined) throw new Error("a campaign of that name was created meanwhile");
      await lockCampaign(trx, campaign_id);
      for (const file of files) {
        const import_id = file.import_id ?? (await createDraft(emptyDraft(campaign_id, file.sha256), trx));
        accounts.push(await writeFile(trx, { import_id, campaign_id, file }));
        await dropStage(trx);
      }
      throw tried;
    });
  } catch (error) {
    if (error !== tried) throw error;
  }
  return accounts;
}

const emptyDraft = (campaign_id: number, sha256: string = randomUUID()): NewDraft => ({
  campaign_id,
  file_name: "",
  sha256,
  content: new Uint8Array(),
  created_by: null,
});

/**
 * Takes a saved import back: see takeBackRows. `left` is how many contacts keep something of it, since later work builds on it. Undefined
 * when the import isn't one that can be undone, or no longer.
 */
export async function undoImport(import_id: number, undone_by: number | null): Promise<{ left: number } | undefined> {
  return writing(async (trx) => {
    const saved = await lockImport(trx, import_id, "saved");
    if (!saved) return undefined;
    await trx
      .updateTable("imports")
      .set({ state: "undone", undone_by, undone_at: sql`now()` })
      .where("id", "=", import_id)
      .execute();
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
    const query = db.selectFrom("imports as i").where("i.state", "<>", "draft");
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
    .where("i.state", "=", "draft")
    .groupBy(["c.id", "c.name"])
    .orderBy(sql`max(i.created_at)`, "desc")
    .limit(limit)
    .select(["c.id", "c.name", sql<number>`count(*)::int`.as("files")])
    .execute();
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

/** One page of an import's problems in the order of the file. */
export async function listProblems(import_id: number, { page, size }: { page: number; size: number }) {
  return db
    .selectFrom("import_problems")
    .where("import_id", "=", import_id)
    .orderBy("line")
    .orderBy("code")
    .limit(size)
    .offset((page - 1) * size)
    .select(["line", "column_name", "code", "value", "raw", "rejected"])
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
      "i.file_name",
      "i.bytes",
      "i.headers",
      "i.rows",
      "i.created",
      "i.updated",
      "i.unchanged",
      "i.duplicate",
      "i.rejected",
      "i.created_at",
      "i.saved_at",
      "i.undone_at",
      "i.undo_left",
      "u.name as created_by",
      "w.name as undone_by",
    ]);
}

const importsQuery = () => db.selectFrom("imports as i");

async function writeFile(
  trx: Transaction<DB>,
  { import_id, campaign_id, file }: { import_id: number; campaign_id: number; file: FileRows },
): Promise<Account> {
  const is_repeat = await hasFile(trx, import_id, file);
  const written = await writeRows(trx, { import_id, campaign_id, rows: file.rows, is_repeat });
  const { duplicate, rejected } = file;
  const account = { rows: file.rows.length + duplicate + rejected, ...written, duplicate, rejected };
  await trx
    .updateTable("imports")
    .set({
      ...account,
      state: "saved",
      list: file.list,
      mapping: file.mapping && storableJson(file.mapping),
      headers: file.headers.map(storable),
      saved_at: sql`now()`,
    })
    .where("id", "=", import_id)
    .execute();
  return account;
}

/** Has the campaign this very file already, read in the same way? */
async function hasFile(trx: Transaction<DB>, import_id: number, { list, mapping }: FileRows): Promise<boolean> {
  const { rows } = await sql`
    select from imports i join imports o on o.campaign_id = i.campaign_id and o.sha256 = i.sha256 and o.id <> i.id
    where i.id = ${import_id} and o.state = 'saved' and o.list = ${list}
      and o.mapping is not distinct from ${mapping && storableJson(mapping)}::jsonb
    limit 1
  `.execute(trx);
  return rows.length > 0;
}

async function insertProblems(trx: Transaction<DB>, import_id: number, problems: FileRows["problems"]): Promise<void> {
  for (let start = 0; start < problems.length; start += 5_000) {
    await sql`
      insert into import_problems (import_id, line, column_name, code, value, raw, rejected)
      select ${import_id}::int, p.line, p."column", p.code, p.value, p.raw, p.rejected
      from json_to_recordset(${storableJson(problems.slice(start, start + 5_000))}::json)
        as p (line integer, "column" text, code text, value text, raw text[], rejected boolean)
    `.execute(trx);
  }
}

async function countLeft(trx: Kysely<DB>, import_id: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${leftContacts(import_id)} l (contact_id)
  `.execute(trx);
  return rows[0]?.count ?? 0;
}

async function lockCampaign(trx: Transaction<DB>, campaign_id: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(7369627, ${campaign_id}::int)`.execute(trx);
}

/** The import, if it is in that state, ours alone until the transaction ends together with its whole campaign. */
async function lockImport(trx: Transaction<DB>, import_id: number, state: "draft" | "saved") {
  const found = await trx.selectFrom("imports").select("campaign_id").where("id", "=", import_id).executeTakeFirst();
  if (!found) return undefined;
  await lockCampaign(trx, found.campaign_id);
  return trx
    .selectFrom("imports")
    .select(["id", "campaign_id"])
    .where("id", "=", import_id)
    .where("state", "=", state)
    .forUpdate()
    .executeTakeFirst();
}

// Deadlock with somebody at work on the same contacts; an address that an undo deleted under our hands.
const passing = ["40P01", "23503"];

/** A transaction that may take long, tried again when it only met another at the wrong moment. */
async function writing<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (trx) => {
        await sql`set local statement_timeout = '30min'`.execute(trx);
        await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
        return work(trx);
      });
    } catch (error) {
      if (attempt === 5 || !passing.includes((error as { code?: string }).code ?? "")) throw error;
    }
  }
}
