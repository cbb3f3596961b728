import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { Logger, type RunnerOptions, run } from "graphile-worker";
import { clearAway, pickUpAbandoned, tasksOf } from "#app/jobs/tasks.ts";
import { checkVerdicts } from "#app/jobs/verdicts.ts";
import { verdictOf } from "#app/rules/verdict.ts";
import { closeDatabase, pool } from "#db/connection.ts";
import { databaseAnswers } from "#db/queries/database.ts";

/** A file may be read while another is saved. Each holds up to four of the pool's ten connections, and the queue one. */
const AT_ONCE = 2;
const OFTEN = 2_000;
const SELDOM = 60_000;

/** The thread that does what no request waits for. Needs DATABASE_URL and DATA_DIR as the process has them. */
export default async function main(): Promise<void> {
  // Pages first: on Linux a priority is the thread's own.
  if (process.platform === "linux") setPriority(0, 10);
  // Compiled now, a fifth of a second, so that the first import needn't wait for it.
  verdictOf("");
  const stopping = new AbortController();
  parentPort?.once("message", () => stopping.abort());
  await runJobs(stopping.signal, (error) =>
    parentPort?.postMessage(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  await closeDatabase();
}

/** Takes jobs from the queue until it is told to stop. A database that goes away is waited for. */
export async function runJobs(stopping: AbortSignal, report: (error: unknown) => void): Promise<void> {
  const taskList = await tasksOf(report);
  const logger = new Logger(() => (level, message) => {
    if (level === "error") report(message);
  });
  // A database that is away is no news here: the pages say so.
  const timers = [
    setInterval(() => void pickUpAbandoned().catch(() => {}), OFTEN),
    setInterval(() => void clearAway().catch(() => {}), SELDOM),
  ];
  while (!stopping.aborted) {
    try {
      if (await databaseAnswers()) {
        await pickUpAbandoned();
        await clearAway();
        await checkVerdicts();
        await takeJobs(stopping, { taskList, logger });
      }
    } catch (error) {
      report(error);
    }
    if (!stopping.aborted) await sleep(1_000);
  }
  timers.forEach(clearInterval);
}

/** Until it is told to stop, or can't go on. */
async function takeJobs(stopping: AbortSignal, own: Pick<RunnerOptions, "taskList" | "logger">): Promise<void> {
  const runner = await run({ ...own, pgPool: pool, concurrency: AT_ONCE, noHandleSignals: true, pollInterval: 1_000 });
  const stop = () => void runner.stop().catch(() => {});
  stopping.addEventListener("abort", stop);
  // One of its workers couldn't say how a job ended, since the database was away: that one takes none any more, and none replaces it.
  runner.events.on("worker:fatalError", stop);
  if (stopping.aborted) stop();
  await runner.promise;
  stopping.removeEventListener("abort", stop);
}
