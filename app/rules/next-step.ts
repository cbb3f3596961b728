import type { CallOutcome, FollowUpResult, RemovalDecision } from "#db/schema.ts";
import { needsSecondConfirmation, type StoredBounce, withWarning } from "./removal-warning.ts";
import { momentOf, wallClock } from "./wall-clock.ts";

/** What becomes of a follow-up after a call: it closes, or comes up again at `due_at` with that many attempts on record. */
export type NextStep =
  | { closed_as: FollowUpResult; attempts: number; removal?: RemovalDecision }
  | { due_at: Date; is_call_back: boolean; attempts: number };

const hour = 3_600_000;

/** Outcomes that end the follow-up, and the removal that two of them ask for, unless it has to be confirmed first. */
const endings: Partial<Record<CallOutcome, { closed_as: FollowUpResult; removal?: RemovalDecision }>> = {
  "mailbox-fixed": { closed_as: "recovered" },
  "new-address": { closed_as: "corrected" },
  "address-right": { closed_as: "address-right" },
  "phone-only": { closed_as: "phone-only", removal: "phone-only" },
  "not-interested": { closed_as: "not-interested", removal: "remove" },
  "wrong-number": { closed_as: "unreachable" },
};

/** How long to wait after the first call that nobody answered, the second, …; after the last one nobody calls again. */
const retryAfterHours = [4, 24, 48, 96];
const messageWaitsHours = 48;
export const unansweredLimit = retryAfterHours.length + 1;

/** Hours in which we phone people, by the organisation's clock, Monday to Saturday. */
const opens = 8;
const closes = 18;
const sunday = 0;

type Circumstances = {
  attempts: number;
  now: Date;
  call_back_at?: Date;
  timeZone: string;
  bounce: StoredBounce;
};

/**
 * What a call leads to. `attempts` counts the calls of this follow-up before this one that reached nobody;
 * `call_back_at` is when the person asked to be called (outcome call-back): a promise, kept as given at any hour. A removal
 * that `bounce` speaks against isn't asked for by the way: it takes a second confirmation, which a call has no time for.
 */
export function nextStep(
  outcome: CallOutcome,
  { attempts, now, call_back_at, timeZone, bounce }: Circumstances,
): NextStep {
  const ending = endings[outcome];
  if (ending?.removal && needsSecondConfirmation(ending.removal, withWarning(bounce).warning)) {
    return { closed_as: ending.closed_as, attempts };
  }
  if (ending) return { ...ending, attempts };
  if (outcome === "call-back") return { due_at: call_back_at ?? now, is_call_back: true, attempts };
  const unanswered = attempts + 1;
  if (unanswered >= unansweredLimit) return { closed_as: "unreachable", attempts: unanswered };
  const wait = outcome === "left-message" ? messageWaitsHours : (retryAfterHours[attempts] ?? messageWaitsHours);
  const due_at = atCallingHour(new Date(now.getTime() + wait * hour), timeZone);
  return { due_at, is_call_back: false, attempts: unanswered };
}

/** The moment itself when we phone people then, else the next opening. */
export function atCallingHour(moment: Date, timeZone: string): Date {
  const wall = wallClock(moment, timeZone);
  const time = wall.getUTCHours() + wall.getUTCMinutes() / 60;
  if (wall.getUTCDay() !== sunday && time >= opens && time < closes) return moment;
  return opening(moment, time < opens ? 0 : 1, opens, timeZone);
}

/** `hours` o'clock on the calling day that is `days` later, or on Monday where that is a Sunday. */
function opening(moment: Date, days: number, hours: number, timeZone: string): Date {
  const wall = wallClock(moment, timeZone);
  wall.setUTCDate(wall.getUTCDate() + days);
  if (wall.getUTCDay() === sunday) wall.setUTCDate(wall.getUTCDate() + 1);
  wall.setUTCHours(hours, 0, 0, 0);
  return momentOf(wall, timeZone);
}

/** Whether an outcome asks for a removal of this kind: where none stands after the call, it waits for its confirmation. */
export const asksToRemove = (outcome: CallOutcome): boolean => endings[outcome]?.removal === "remove";

export const callBackChoices = ["hour", "afternoon", "tomorrow", "tomorrow-afternoon", "week"] as const;

/** The quick choices for a call-back, soonest first: those that still lie ahead today. */
export function callBackTimes(now: Date, timeZone: string): { choice: (typeof callBackChoices)[number]; at: Date }[] {
  const minute = 60_000;
  const inAnHour = new Date(Math.ceil((now.getTime() + hour) / (5 * minute)) * 5 * minute);
  const wall = wallClock(now, timeZone);
  const today15 = new Date(wall);
  today15.setUTCHours(15, 0, 0, 0);
  const afternoon = momentOf(today15, timeZone);
  return [
    { choice: "hour", at: inAnHour },
    ...(afternoon > inAnHour ? [{ choice: "afternoon" as const, at: afternoon }] : []),
    { choice: "tomorrow", at: opening(now, 1, 9, timeZone) },
    { choice: "tomorrow-afternoon", at: opening(now, 1, 15, timeZone) },
    { choice: "week", at: opening(now, 7, 9, timeZone) },
  ];
}

/** Why a time for a call-back can't be kept, as a key of i18n, or undefined. */
export function callBackFault(
  at: Date | undefined,
  now: Date,
): "calls.error.when" | "calls.error.past" | "calls.error.far" | undefined {
  if (!at) return "calls.error.when";
  if (at <= now) return "calls.error.past";
  if (at.getTime() - now.getTime() > 366 * 24 * hour) return "calls.error.far";
  return undefined;
}
