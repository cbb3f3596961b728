import { cancelStatement, noteProgress } from "#db/queries/import-steps.ts";

/** Somebody asked the step to end, or threw the import away. */
export class Cancelled extends Error {}
/** Somebody chose otherwise while the file was read: it is to be read anew. */
export class Overtaken extends Error {}

const often = 400;

/** Notes how far an import's step is, at most every 0.4 s; throws once it isn't wanted any more. */
export function progressOf(import_id: number, version: number): (rows: number, about: number | null) => Promise<void> {
  let noted = 0;
  return async (rows, about) => {
    const now = performance.now();
    if (now - noted < often) return;
    noted = now;
    const answer = await noteProgress(import_id, version, rows, about);
    // An import that was thrown away needs no more work either.
    if (answer === "cancelled" || answer === "over") throw new Cancelled();
    if (answer === "overtaken") throw new Overtaken();
  };
}

type Watched = { id: number; version: number; rows: number };
type Work<T> = (onStart: (pid: number) => void, onProgress: (share: number) => void) => Promise<T>;

/**
 * Runs a step that PostgreSQL does in one transaction, and notes meanwhile what share of the import's rows it has done. Once it isn't
 * wanted any more, the process of PostgreSQL that it has named is told to end it: then this throws Cancelled.
 */
export async function watchStep<T>({ id, version, rows }: Watched, work: Work<T>): Promise<T> {
  let pid: number | undefined;
  let share = 0;
  let isCancelled = false;
  const watch = setInterval(async () => {
    const answer = await noteProgress(id, version, Math.round(share * rows), rows).catch(() => "wanted");
    if (answer !== "cancelled" || isCancelled || pid === undefined) return;
    isCancelled = true;
    await cancelStatement(pid).catch(() => {});
  }, often);
  try {
    return await work(
      (started) => (pid = started),
      (done) => (share = done),
    );
  } catch (error) {
    if (isCancelled) throw new Cancelled();
    throw error;
  } finally {
    pid = undefined;
    clearInterval(watch);
  }
}
