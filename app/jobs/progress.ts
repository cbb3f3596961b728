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

type Step = { id: number; version: number; rows: number };
type Watched = {
  /** The processes of PostgreSQL that are at work for it. */
  atWork: Set<number>;
  /** Told what share of the work is done. */
  onProgress: (share: number) => void;
};

/**
 * Runs a step that PostgreSQL does in one transaction, and notes meanwhile what share of the import's rows it has done. Once it isn't
 * wanted any more, the processes of PostgreSQL at work are told to end it: then this throws Cancelled.
 */
export async function watchStep<T>({ id, version, rows }: Step, work: (watched: Watched) => Promise<T>): Promise<T> {
  const atWork = new Set<number>();
  let share = 0;
  let isCancelled = false;
  const watch = setInterval(async () => {
    const answer = await noteProgress(id, version, Math.round(share * rows), rows).catch(() => "wanted");
    if (answer !== "cancelled") return;
    isCancelled = true;
    // Again and again: between two statements there is nothing to cancel.
    for (const pid of atWork) await cancelStatement(pid).catch(() => {});
  }, often);
  const onProgress = (done: number) => {
    share = done;
  };
  try {
    return await work({ atWork, onProgress });
  } catch (error) {
    if (isCancelled) throw new Cancelled();
    throw error;
  } finally {
    clearInterval(watch);
  }
}
