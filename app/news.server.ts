import { paceOf } from "#app/rules/pace.ts";
import { listNews, listRunning } from "#db/queries/imports.ts";

/** How a user's imports are: those at work with their pace, those that have ended and of which they weren't told yet. */
export async function readNews(user_id: number) {
  const imports = await listNews(user_id);
  const now = new Date();
  const running = imports.some(({ state }) => isRunning(state)) ? await listRunning() : [];
  const beganAt = new Map(running.map(({ id, step_began_at }) => [id, step_began_at]));
  return {
    at: now.getTime(),
    imports: imports.map(({ rows_done, rows_total, ...one }) => ({
      ...one,
      pace: isRunning(one.state)
        ? paceOf({ rows_done, rows_total, step_began_at: beganAt.get(one.id) ?? null }, now)
        : null,
    })),
  };
}

const isRunning = (state: string) => ["reading", "saving", "undoing"].includes(state);
