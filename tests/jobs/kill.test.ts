import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepText, placeOf, storeName } from "#app/jobs/files.ts";
import { closeDatabase, db } from "#db/connection.ts";
import { type OpenDatabase, openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { createImports, listDrafts, readAgain, requestSaving, updateDrafts } from "#db/queries/import-drafts.ts";
import { findImportFile, requestCancel, requestUndo } from "#db/queries/import-steps.ts";
import { findImport } from "#db/queries/imports.ts";

// A database of its own, durable and watched over as the app's: here it is killed, too.
let folder: string;
let database: OpenDatabase;
const workers = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rebote-kill-"));
  process.env.DATA_DIR = folder;
  database = await openDatabase({ dataDir: folder, alone: true });
  process.env.DATABASE_URL = database.url;
  await migrate(database.url);
});
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await closeDatabase();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await sql`truncate contacts, addresses, deliveries, follow_ups, imports, campaigns, campaign_counts cascade`.execute(
    db,
  );
});

/** The app's thread of jobs as a process of its own, which can be killed. Small imports build tables anew, as large ones do. */
function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, ["scripts/run.mjs", "jobs.ts"], {
    env: { ...process.env, DATABASE_URL: `${database.url}&options=-c%20rebote.build_from%3D1000`, DATA_DIR: folder },
    stdio: "ignore",
  });
  workers.add(worker);
  worker.once("exit", () => workers.delete(worker));
  return worker;
}

const kill = async (worker: ChildProcess) => {
  worker.kill("SIGKILL");
  if (worker.exitCode === null && worker.signalCode === null)
    await new Promise((resolve) => worker.once("exit", resolve));
};

const rows = 6_000;
const text = (name: string) =>
  `Contact Email,Bounce reason,First Name,Phone\n${Array.from({ length: rows }, (_, index) => `p${index}@x.example,full,${name},300 555 ${String(index).padStart(4, "0")}`).join("\n")}\n`;

/** Long enough to be met at work. */
const long = Array.from({ length: 20 }, (_, part) => text("Ana").replaceAll("@x.", `@x${part}.`)).join("");

async function bring(campaign_id: number, file_name: string, content: string): Promise<number> {
  await createImports(campaign_id, [{ ...(await keepText(content)), file_name }], null);
  const drafts = await listDrafts(campaign_id);
  return drafts.at(-1)?.id ?? 0;
}

/** Waits while PostgreSQL is away, too; not for a step that has failed. */
async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await look().catch((error) => {
      if (error instanceof Failed) throw error;
    });
    if (found) return found;
    await sleep(20);
  }
  throw new Error(`in vain: ${what}`);
}

class Failed extends Error {}

/** Waits for PostgreSQL to be at work for an import: the process that is, or the one above all. */
async function atWork(victim: string): Promise<number> {
  return until("somebody is at work", async () => {
    const { rows: processes } = await sql<{ pid: number }>`
      select a.pid
      from pg_stat_activity a
      where a.application_name = 'rebote' and a.state = 'active' and a.query ~ 'import_rows_'
        and a.pid <> pg_backend_pid()
      limit 1
    `.execute(db);
    const first = processes[0] && readFileSync(path.join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0];
    return victim === "backend" ? processes[0]?.pid : Number(first);
  });
}

const inState = (id: number, state: string) =>
  until(`import ${id} is ${state}`, async () => {
    const found = await findImport(id);
    if (found?.failure) throw new Failed(`import ${id} failed: ${found.failure}`);
    return found?.state === state && found;
  });

/** What there is in all, counted: a second writing or half a one would show. */
async function totals() {
  const { rows: found } = await sql<Record<string, number>>`
    select (select count(*)::int from contacts) as contacts, (select count(*)::int from addresses) as addresses,
      (select count(*)::int from deliveries) as deliveries, (select count(*)::int from follow_ups) as follow_ups,
      (select coalesce(sum(soft), 0)::int from campaign_counts) as soft,
      (select count(*)::int from contacts where first_name = 'Ana') as ana,
      (select count(*)::int from import_contact_changes) as changes
  `.execute(db);
  return found[0];
}

async function leftovers() {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relname ~ '^import_rows_' and relkind = 'r'
    union all
    select nspname from pg_namespace where nspname ~ '^rebote_import_'
  `.execute(db);
  const files = (await readdir(path.join(folder, "files"))).filter((name) => name !== "store");
  return [...tables.map(({ name }) => name), ...files];
}

const none = { contacts: 0, addresses: 0, deliveries: 0, follow_ups: 0, soft: 0, ana: 0, changes: 0 };
const all = { contacts: rows, addresses: rows, deliveries: rows, follow_ups: rows, soft: rows, ana: rows, changes: 0 };

describe("killed at any moment, an import is finished by its job", { timeout: 240_000 }, () => {
  // Moments spread over starting, reading, saving and the end.
  const moments = Array.from({ length: 9 }, (_, index) => 150 + index * 220 + Math.floor(Math.random() * 220));

  test("the app", async () => {
    const campaign_id = (await createCampaign({ name: "Killed app", sent_at: null }, null)) ?? 0;
    const id = await bring(campaign_id, "soft.csv", text("Ana"));
    for (const moment of moments) {
      const worker = startWorker();
      const state = (await findImport(id))?.state;
      if (state === "draft") await requestSaving(campaign_id, [id]);
      await sleep(moment);
      await kill(worker);
      expect([none, all]).toContainEqual(await totals());
    }
    const worker = startWorker();
    await until("it is read", async () => (await findImport(id))?.state !== "reading");
    await requestSaving(campaign_id, [id]);
    expect(await inState(id, "saved")).toMatchObject({ rows, created: rows, updated: 0 });
    expect(await totals()).toEqual(all);

    // Undone the same way.
    await requestUndo(id, null);
    await sleep(moments[1] ?? 0);
    await kill(worker);
    expect([none, all]).toContainEqual(await totals());
    const last = startWorker();
    await inState(id, "undone");
    expect(await totals()).toEqual(none);
    await until("nothing is left over", async () => (await leftovers()).length === 0);
    await kill(last);
  });

  test.each([
    ["whole, while a file is read", "postmaster", "reading"],
    ["whole, while an import is saved", "postmaster", "saving"],
    ["the process that reads", "backend", "reading"],
    ["the process that saves", "backend", "saving"],
  ])("PostgreSQL %s", async (_, victim, step) => {
    const worker = startWorker();
    const campaign_id = (await createCampaign({ name: `Killed ${victim} ${step}`, sent_at: null }, null)) ?? 0;
    const id = await bring(campaign_id, "soft.csv", text("Ana"));
    if (step === "saving") {
      await inState(id, "draft");
      await requestSaving(campaign_id, [id]);
    }
    process.kill(await atWork(victim), "SIGKILL");
    await until("it is read", async () => (await findImport(id))?.state !== "reading");
    await until("saving can be asked for", async () => {
      await requestSaving(campaign_id, [id]);
      return true;
    });
    expect(await inState(id, "saved")).toMatchObject({ rows, created: rows });
    expect(await totals()).toEqual(all);
    await kill(worker);
  });
});

test("a PostgreSQL that dies again and again doesn't tire the app out", { timeout: 120_000 }, async () => {
  const worker = startWorker();
  for (let time = 1; time <= 3; time++) {
    const campaign_id = (await createCampaign({ name: `Killed ${time} times`, sent_at: null }, null)) ?? 0;
    const id = await bring(campaign_id, "soft.csv", long);
    process.kill(await atWork("postmaster"), "SIGKILL");
    await inState(id, "draft");
  }
  await kill(worker);
});

test("killed after an import was saved, what it left to be done is done by the next process", {
  timeout: 120_000,
}, async () => {
  const campaign_id = (await createCampaign({ name: "Killed afterwards", sent_at: null }, null)) ?? 0;
  const worker = startWorker();
  const id = await bring(campaign_id, "soft.csv", text("Ana"));
  await inState(id, "draft");
  await sql`
    create or replace function is_slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return null; end $$;
    create trigger is_slow after update on contacts for each statement execute function is_slow()
  `.execute(db);
  await requestSaving(campaign_id, [id]);
  await inState(id, "saved");
  const left = async () => {
    const { rows: found } = await sql<{ unindexed: boolean; unchecked: boolean; at_work: boolean }>`
      select exists (select from unindexed_contacts) as unindexed,
        exists (select from pg_constraint where not convalidated) as unchecked,
        exists (select from pg_stat_activity where state = 'active' and query ~ 'set is_indexed') as at_work
    `.execute(db);
    return found[0];
  };
  expect(await until("it is being indexed", async () => (await left())?.at_work && left())).toMatchObject({
    unindexed: true,
  });
  await kill(worker);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'set is_indexed' and pid <> pg_backend_pid()`.execute(
    db,
  );
  await sql`drop trigger is_slow on contacts`.execute(db);
  // As if it had been killed in the moment before it let the file go, and queued the other task.
  const file_id = (await findImportFile(id))?.file_id ?? "";
  await writeFile(placeOf(file_id), text("Ana"));
  await sql`alter table contacts add constraint is_named check (first_name <> '') not valid`.execute(db);

  const next = startWorker();
  await until("all is done", async () => {
    const { unindexed, unchecked } = (await left()) ?? {};
    return unindexed === false && unchecked === false && !(await leftovers()).includes(file_id);
  });
  await kill(next);
});

describe("while PostgreSQL works alone", { timeout: 60_000 }, () => {
  const readOne = async (name: string) => {
    const campaign_id = (await createCampaign({ name, sent_at: null }, null)) ?? 0;
    const worker = startWorker();
    const id = await bring(campaign_id, "soft.csv", text("Ana"));
    await inState(id, "draft");
    return { campaign_id, worker, id };
  };

  test("an undo says how far it is", async () => {
    const { campaign_id, worker, id } = await readOne("Undone slowly");
    await requestSaving(campaign_id, [id]);
    await inState(id, "saved");
    await sql`
      create or replace function is_slow() returns trigger language plpgsql as $$ begin perform pg_sleep(2); return null; end $$;
      create trigger is_slow after delete on contacts for each statement execute function is_slow()
    `.execute(db);
    try {
      await requestUndo(id, null);
      const found = await until("it says so", async () => {
        const undoing = await findImport(id);
        return undoing && undoing.rows_done > 0 && undoing;
      });
      expect(found).toMatchObject({ state: "undoing", rows_total: rows, step_began_at: expect.any(Date) });
      expect(found.rows_done).toBeLessThan(rows);
      expect(await inState(id, "undone")).toMatchObject({ rows_done: 0, step_began_at: null, undo_left: 0 });
      expect(await totals()).toEqual(none);
    } finally {
      await sql`drop trigger is_slow on contacts`.execute(db);
    }
    await kill(worker);
  });

  test("a commit that takes its time is no cancellation: what comes after it is done, too", async () => {
    const { campaign_id, worker, id } = await readOne("Committed slowly");
    await sql`
      create or replace function is_slow() returns trigger language plpgsql as $$ begin perform pg_sleep(2); return null; end $$;
      create constraint trigger is_slow after update on imports deferrable initially deferred
        for each row when (new.state = 'saved') execute function is_slow()
    `.execute(db);
    try {
      await requestSaving(campaign_id, [id]);
      await inState(id, "saved");
      const file_id = (await findImportFile(id))?.file_id ?? "";
      await until("neither its rows nor its file are left", async () => {
        const left = await leftovers();
        return ![`import_rows_${id}`, file_id].some((name) => left.includes(name));
      });
    } finally {
      await sql`drop trigger is_slow on imports`.execute(db);
    }
    await kill(worker);
  });
});

describe("what ends a step without killing anybody", { timeout: 60_000 }, () => {
  test("a full disk: nothing is written, the reason is told, and trying again helps", async () => {
    const campaign_id = (await createCampaign({ name: "Full disk", sent_at: null }, null)) ?? 0;
    const worker = startWorker();
    const id = await bring(campaign_id, "soft.csv", text("Ana"));
    await inState(id, "draft");
    await sql`
      create or replace function is_full() returns trigger language plpgsql as $$
        begin raise disk_full using message = 'could not extend file: No space left on device'; end
      $$;
      create trigger is_full after insert on follow_ups for each statement execute function is_full()
    `.execute(db);
    try {
      await requestSaving(campaign_id, [id]);
      const failed = await until("it fails", async () => {
        const found = await findImport(id);
        return found?.failure && found;
      });
      expect(failed).toMatchObject({ state: "draft", failure: "disk-full" });
      expect(await totals()).toEqual(none);
    } finally {
      await sql`drop trigger is_full on follow_ups`.execute(db);
    }
    await requestSaving(campaign_id, [id]);
    expect(await inState(id, "saved")).toMatchObject({ created: rows });
    expect(await totals()).toEqual(all);
    await kill(worker);
  });

  test("a process that has lost its claim says nothing of the import that another one is at work on", async () => {
    const campaign_id = (await createCampaign({ name: "Claim lost", sent_at: null }, null)) ?? 0;
    const worker = startWorker();
    const id = await bring(campaign_id, "soft.csv", text("Ana"));
    await inState(id, "draft");
    await sql`
      create sequence tries;
      create or replace function is_full() returns trigger language plpgsql as $$ begin
        if nextval('tries') = 1 then
          perform pg_sleep(4);
          raise disk_full using message = 'could not extend file: No space left on device';
        end if;
        return null;
      end $$;
      create trigger is_full after insert on follow_ups for each statement execute function is_full()
    `.execute(db);
    const holders = sql<{ pid: number }>`
      select pid from pg_locks where locktype = 'advisory' and classid = 7369628 and objid = ${id} and objsubid = 2 and granted
    `;
    const holder = async () => (await holders.execute(db)).rows[0]?.pid;
    try {
      await requestSaving(campaign_id, [id]);
      await until("it is tried", async () => {
        const { rows: tried } = await sql<{ is_called: boolean }>`select is_called from tries`.execute(db);
        return tried[0]?.is_called;
      });
      const first = await holder();
      await sql`select pg_terminate_backend(${first})`.execute(db);
      await until("another one is at work", async () => {
        const second = await holder();
        return second !== undefined && second !== first;
      });
      expect(await inState(id, "saved")).toMatchObject({ created: rows, failure: null });
      expect(await totals()).toEqual(all);
    } finally {
      await sql`drop trigger is_full on follow_ups`.execute(db);
    }
    await kill(worker);
  });

  test("somebody cancels: while it is read, and while it is saved", async () => {
    const campaign_id = (await createCampaign({ name: "Cancelled", sent_at: null }, null)) ?? 0;
    const worker = startWorker();
    const id = await bring(campaign_id, "soft.csv", long);
    const failure = (wanted: string) =>
      until(`it is ${wanted}`, async () => {
        const found = await findImport(id);
        return found?.failure === wanted && found;
      });
    await until("it is being read", async () => ((await findImport(id))?.rows_done ?? 0) > 0);
    await requestCancel(id);
    expect(await failure("cancelled")).toMatchObject({ state: "draft", rows: 0 });

    await readAgain(id);
    await until("it is read", async () => (await findImport(id))?.state === "draft");
    await sql`
      create or replace function is_slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return null; end $$;
      create trigger is_slow after insert on deliveries for each statement execute function is_slow()
    `.execute(db);
    try {
      await requestSaving(campaign_id, [id]);
      await until("it is being saved", async () => ((await findImport(id))?.rows_done ?? 0) > 0);
      await requestCancel(id);
      expect(await failure("cancelled")).toMatchObject({ state: "draft" });
      expect(await totals()).toEqual(none);
    } finally {
      await sql`drop trigger is_slow on deliveries`.execute(db);
    }
    await kill(worker);
  });

  test("somebody chooses another list while it is read: that is what is read in the end", async () => {
    const campaign_id = (await createCampaign({ name: "Overtaken", sent_at: null }, null)) ?? 0;
    const worker = startWorker();
    const id = await bring(campaign_id, "soft.csv", long);
    await until("it is being read", async () => ((await findImport(id))?.rows_done ?? 0) > 0);
    const settings = { mapping: null, sheet: null, day_first: null, overwrite: true };
    await updateDrafts(campaign_id, [{ ...settings, id, list: "hard" }]);
    await inState(id, "draft");
    const [draft] = await listDrafts(campaign_id);
    expect(draft).toMatchObject({ list: "hard", review: { list: "hard" }, created: 20 * rows });
    await kill(worker);
  });

  test("a file that is gone", async () => {
    const campaign_id = (await createCampaign({ name: "No file", sent_at: null }, null)) ?? 0;
    const lost = { store: await storeName(), file_id: "00000000-0000-4000-8000-000000000000", sha256: "x", bytes: 1 };
    await createImports(campaign_id, [{ ...lost, file_name: "soft.csv" }], null);
    const worker = startWorker();
    const draft = await until("it fails", async () => {
      const [first] = await listDrafts(campaign_id);
      return first?.failure ? first : undefined;
    });
    expect(draft).toMatchObject({ state: "draft", failure: "file-gone" });
    await kill(worker);
  });
});
