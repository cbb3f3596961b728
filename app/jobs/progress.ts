import { noteProgress } from "#db/queries/imports.ts";

/** Somebody asked the step to end, or threw the import away. */
export class Cancelled extends Error {}

const often = 400;

/** Notes how far an import's step is, at most every 0.4 s; throws Cancelled once it isn't wanted any more. */
export function progressOf(import_id: number): (rows: number, about: number | null) => Promise<void> {
  let noted = 0;
  return async (rows, about) => {
    const now = performance.now();
    if (now - noted < often) return;
    noted = now;
    if (!(await noteProgress(import_id, rows, about))) throw new Cancelled();
  };
}
