import { type Kysely, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import { runningStates } from "../lists.ts";
import type { DB } from "../schema.ts";
import { uncheckedConstraints } from "./database.ts";

/**
 * Work that no request waits for. Reading a file is for the processes that have its folder (`store`); anybody may do the rest.
 */
export type Job =
  | { task: "read-import"; import_id: number; store: string }
  | { task: "save-import"; import_id: number; store: string }
  | { task: "undo-import"; import_id: number; user_id: number | null }
  | { task: "find-incidents"; campaign_id: number }
  /** Of one campaign, or all; `rules_version` are the built-in rules that are wanted. */
  | { task: "read-verdicts"; rules_version: number; campaign_id?: number }
  | { task: UpkeepTask };

/** What a large import leaves to be done when it can be seen already. */
const upkeepTasks = ["refresh-statistics", "index-contacts"] as const;
export type UpkeepTask = (typeof upkeepTasks)[number];

/** The queue's name of a task. */
export const taskName = (task: Job["task"], store?: string) => (store ? `${task}:${store}` : task);

/**
 * Queues a job, together with whatever else the caller's transaction writes. An import has one job at a time: a newer one takes
 * the place of one that still waits. Verdicts are read by one job after the other: two would overwrite each other's.
 */
export async function addJob(job: Job, trx: Kysely<DB> = db): Promise<void> {
  const name = taskName(job.task, "store" in job ? job.store : undefined);
  const key =
    "import_id" in job ? `import:${job.import_id}` : "campaign_id" in job ? `${name}:${job.campaign_id}` : name;
  const queue = job.task === "read-verdicts" ? name : null;
  await sql`
    select graphile_worker.add_job(
      ${name}, ${JSON.stringify(job)}::json, queue_name => ${queue}, job_key => ${key}, max_attempts => 10
    )
  `.execute(trx);
}

/** Which session of the pool holds an import, or a task of upkeep, while its job runs: see `claimImport`. */
const CLAIM = 7_369_628;
const UPKEEP = 7_369_629;

type Abandoned = { id: number; state: string; store: string | null; undone_by: number | null };

/** Imports in the middle of a step that no living process works on, and that don't wait for one: what died with its process. */
export async function listAbandonedImports(store: string): Promise<Abandoned[]> {
  const { rows } = await sql<Abandoned>`
    select i.id, i.state::text as state, i.store, i.undone_by from imports i
    where i.state in (${sql.join(runningStates)}) and (i.store = ${store} or i.store is null or i.state = 'undoing')
      and not exists (
        select from pg_locks l
        where l.locktype = 'advisory' and l.classid = ${CLAIM} and l.objid = i.id and l.objsubid = 2 and l.granted
          and l.database = (select oid from pg_database where datname = current_database())
      )
      -- One that is to be saved after another waits for that one, without a job.
      and (i.state <> 'saving' or not exists (
        select from imports o where o.campaign_id = i.campaign_id and o.state = 'saving' and o.id < i.id
      ))
      and not exists (
        select from graphile_worker.jobs j
        where j.key = 'import:' || i.id and j.locked_at is null and j.attempts < j.max_attempts
      )
    order by i.id
  `.execute(db);
  return rows;
}

/** Tasks of upkeep that there is work for, and that no living process is at work on or will come to. */
export async function listAbandonedUpkeep(): Promise<UpkeepTask[]> {
  const { rows } = await sql<{ task: UpkeepTask }>`
    select u.task from (values
      ('refresh-statistics', ${claimKey("refresh-statistics")}::int, exists (select from ${uncheckedConstraints})),
      ('index-contacts', ${claimKey("index-contacts")}::int, exists (select from unindexed_contacts))
    ) as u (task, claim, is_needed)
    where u.is_needed
      and not exists (
        select from pg_locks l
        where l.locktype = 'advisory' and l.classid = ${UPKEEP} and l.objid = u.claim and l.objsubid = 2 and l.granted
          and l.database = (select oid from pg_database where datname = current_database())
      )
      and not exists (
        select from graphile_worker.jobs j where j.key = u.task and j.locked_at is null and j.attempts < j.max_attempts
      )
  `.execute(db);
  return rows.map(({ task }) => task);
}

const claimKey = (task: UpkeepTask) => upkeepTasks.indexOf(task);

/**
 * Runs `work` as the only process in the world that works on the import; false where another one does. The claim goes
 * with its connection `own`, however the process ends.
 */
export async function claimImport(import_id: number, work: (own: Kysely<DB>) => Promise<void>): Promise<boolean> {
  return claim([CLAIM, import_id], work);
}

/** Runs a task of upkeep and holds its claim meanwhile, where nobody else does: two at once wait for each other by themselves. */
export async function claimUpkeep(task: UpkeepTask, work: () => Promise<void>): Promise<void> {
  if (!(await claim([UPKEEP, claimKey(task)], work))) await work();
}

type Claim = [kind: number, key: number];

async function claim(wanted: Claim, work: (own: Kysely<DB>) => Promise<void>): Promise<boolean> {
  return db.connection().execute(async (own) => {
    if (!(await takeClaim(own, wanted))) return false;
    await workClaimed(own, wanted, () => work(own));
    return true;
  });
}

/**
 * Makes an import with `create`, which answers its id, and runs `work` on it. It is claimed before anybody else can see it: whoever looks
 * for what no process works on never finds it in between.
 */
export async function claimNewImport<T>(
  create: (trx: Transaction<DB>) => Promise<number>,
  work: (import_id: number) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (own) => {
    // A session's lock outlives the transaction in which it is taken.
    const import_id = await own.transaction().execute(async (trx) => {
      const created = await create(trx);
      await takeClaim(trx, [CLAIM, created]);
      return created;
    });
    return workClaimed(own, [CLAIM, import_id], () => work(import_id));
  });
}

async function takeClaim(own: Kysely<DB>, [kind, key]: Claim): Promise<boolean> {
  const { rows } = await sql<{ claimed: boolean }>`
    select pg_try_advisory_lock(${kind}::int, ${key}::int) as claimed
  `.execute(own);
  return rows[0]?.claimed === true;
}

async function workClaimed<T>(own: Kysely<DB>, [kind, key]: Claim, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await sql`select pg_advisory_unlock(${kind}::int, ${key}::int)`.execute(own).catch(() => {});
  }
}
