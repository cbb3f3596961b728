import { bounceKinds, verdictCategories } from "#db/lists.ts";
import type { BounceKind, RemovalDecision } from "#db/schema.ts";
import { type Category, categories, type Problem } from "./verdict/categories.ts";
import { verdictOf } from "./verdict.ts";

/** Why a contact should perhaps not be taken out of the CRM, gravest first. */
export const removalWarnings = ["sender-refused", "may-pass", "not-hard", "no-bounce"] as const;
export type RemovalWarning = (typeof removalWarnings)[number];

/** The source's label, and the category of our verdict; null where there is no bounce, or nothing was read. */
type Reading = {
  bounce_kind: BounceKind | null;
  category: Category | null;
  /** So many soft bounces one after the other that they count as hard; null where they don't. */
  soft_in_row?: number | null;
};

/** What mends itself, or was no failure at all. */
const passing: readonly Problem[] = ["recipient", "passing", "nobody"];

/**
 * What speaks against a removal: our sender or message was refused, whatever the source calls it; the source says hard where the reason tells of
 * something that passes; the source itself doesn't say hard, nor do its soft bounces count as hard by now; there is no bounce. Only the first two are a verdict that differs from what
 * the source, or the request, makes of the bounce. Undefined: nothing speaks against it.
 */
export function removalWarning({ bounce_kind, category, soft_in_row }: Reading): RemovalWarning | undefined {
  if (bounce_kind === null) return "no-bounce";
  const problem = category ? categories[category].problem : "unknown";
  if (problem === "sender" || problem === "message") return "sender-refused";
  if (bounce_kind === "soft") return soft_in_row ? undefined : "not-hard";
  return passing.includes(problem) ? "may-pass" : undefined;
}

/**
 * Whether a request has to be confirmed a second time: a refused sender says nothing about the address. Also where the
 * verdict is a guess: a caution too many costs a look, one too few a good customer. The milder warnings are only said.
 */
export const needsSecondConfirmation = (decision: RemovalDecision, warning: RemovalWarning | undefined): boolean =>
  decision === "remove" && warning === "sender-refused";

/** Whether our verdict and the source's label, or the request, differ in a way that matters. */
const verdictDiffers = (warning: RemovalWarning | undefined): boolean =>
  warning === "sender-refused" || warning === "may-pass";

// All labels and categories of which the above is so: a query finds such bounces by their stored verdicts.
const readings = bounceKinds.flatMap((bounce_kind) => verdictCategories.map((category) => ({ bounce_kind, category })));
export const differingReadings = readings.filter((reading) => verdictDiffers(removalWarning(reading)));
export const readingsToConfirm = readings.filter((reading) =>
  needsSecondConfirmation("remove", removalWarning(reading)),
);

export type StoredBounce = Reading & { bounce_reason: string | null };

/**
 * What a stored bounce's verdict says, null without a reason. Where no verdict is stored yet, as for a moment after an upgrade, the built-in rules
 * read the reason here: nobody slips through between. Queries that count stored verdicts catch up as soon as the job has read it.
 */
export function categoryOf({ category, bounce_reason }: Omit<StoredBounce, "bounce_kind">): Category | null {
  return category ?? (bounce_reason ? verdictOf(bounce_reason).category : null);
}

/** A stored bounce with its warning. */
export function withWarning<Row extends StoredBounce>(
  row: Row,
): Row & { warning: RemovalWarning | undefined; differs: boolean } {
  const category = categoryOf(row);
  const warning = removalWarning({ ...row, category });
  return { ...row, category, warning, differs: verdictDiffers(warning) };
}
