import { setTimeout as sleep } from "node:timers/promises";
import { db } from "#db/connection.ts";
import { runningStates } from "#db/lists.ts";
import { copyIntoStage, createStage, type StagedRow } from "#db/queries/import-stage.ts";
import { StageRows } from "#db/queries/stage-rows.ts";

// Imports go on in the background: what tests wait for, and what they start from.

/** A draft without a file, which nothing works on. */
export async function draftOf(campaign_id: number, created_by: number): Promise<number> {
  const file = { file_name: "soft.csv", sha256: "0".repeat(64), bytes: 24 };
  const row = { ...file, campaign_id, created_by, state: "draft" as const };
  return (await db.insertInto("imports").values(row).returning("id").executeTakeFirstOrThrow()).id;
}

/** An import's rows, as they wait in its staging table after its file was read. */
export async function stageRows(import_id: number, rows: StagedRow[]): Promise<void> {
  await createStage(import_id);
  const seen = new Set<string>();
  const staged = new StageRows();
  for (const row of rows) {
    staged.add(row, seen.has(row.email_key));
    seen.add(row.email_key);
  }
  await copyIntoStage(import_id, staged, each([staged]));
}

export async function* each<T>(values: Iterable<T>) {
  yield* values;
}

/** Asks until the answer is one: `what` stands in the complaint when it never is. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 20): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(25)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`Waited ${seconds} s in vain: ${what}`);
}

/** Waits until nothing of the campaign's is being read, saved or undone; answers its imports in the order in which they came. */
export async function atRest(campaign_id: number) {
  return until(`the imports of campaign ${campaign_id} come to rest`, async () => {
    const rows = await db
      .selectFrom("imports")
      .selectAll()
      .where("campaign_id", "=", campaign_id)
      .orderBy("id")
      .execute();
    return !rows.some(({ state }) => runningStates.includes(state)) && rows;
  });
}
