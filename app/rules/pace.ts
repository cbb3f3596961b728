/** How far a step of an import is. */
export type Pace = {
  /** Rows done, and how many there are as far as known; null = it waits for its turn, or doesn't say. */
  done: number | null;
  total: number | null;
  share: number | null;
  /** Rows a second. */
  rate: number | null;
  /** Seconds. */
  left: number | null;
};

type Step = { rows_done: number; rows_total: number | null; step_began_at: Date | null };

/** What the first moment shows is no speed yet. */
const firstMoment = 1;

/** `now` is the server's, whose clock wrote when the step began: the browser's may go wrong. */
export function paceOf({ rows_done, rows_total, step_began_at }: Step, now: Date): Pace {
  if (!step_began_at) return { done: null, total: null, share: null, rate: null, left: null };
  const seconds = (now.getTime() - step_began_at.getTime()) / 1000;
  const share = rows_total ? Math.min(rows_done / rows_total, 1) : null;
  const rate = seconds > firstMoment && rows_done > 0 ? rows_done / seconds : null;
  const left = rate && rows_total ? Math.max(rows_total - rows_done, 0) / rate : null;
  return { done: rows_done, total: rows_total, share, rate, left };
}
