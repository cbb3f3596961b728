import { sources } from "#app/import/sources.ts";
import type { Review } from "#app/jobs/stage-file.ts";
import { paceOf } from "#app/rules/pace.ts";
import type { listDrafts } from "#db/queries/import-drafts.ts";

export type Draft = ReturnType<typeof draftOf>;
/** A draft that has been read. */
export type Reviewed = Draft & { review: Review };

/** A draft as its card shows it. */
export function draftOf(draft: Awaited<ReturnType<typeof listDrafts>>[number], now: Date) {
  const { step_began_at, rows_done, rows_total, review, ...shown } = draft;
  return {
    ...shown,
    review: review as Review | null,
    sourceName: sources.find(({ id }) => id === draft.source)?.name,
    pace: draft.state === "draft" ? null : paceOf(draft, now),
  };
}
