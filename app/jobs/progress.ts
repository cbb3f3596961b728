import { noteProgress } from "#db/queries/import-steps.ts";

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
    if (answer === "cancelled") throw new Cancelled();
    if (answer === "overtaken") throw new Overtaken();
  };
}
