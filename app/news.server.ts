import { paceOf } from "#app/rules/pace.ts";
import { runningStates } from "#db/lists.ts";
import { listNews } from "#db/queries/imports.ts";

/** How a user's imports are: those at work with their pace, those that have ended and of which they weren't told yet. */
export async function readNews(user_id: number) {
  const imports = await listNews(user_id);
  const now = new Date();
  return {
    at: now.getTime(),
    imports: imports.map(({ step_began_at, rows_done, rows_total, ...one }) => ({
      ...one,
      pace: runningStates.includes(one.state) ? paceOf({ step_began_at, rows_done, rows_total }, now) : null,
    })),
  };
}
