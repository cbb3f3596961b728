import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atCallingHour, callBackFault, callBackTimes, nextStep, unansweredLimit } from "#app/rules/next-step.ts";
import { momentOf, wallClock } from "#app/rules/wall-clock.ts";
import { callOutcomes } from "#db/lists.ts";
import type { CallOutcome } from "#db/schema.ts";

const bogota = "America/Bogota";
// A Tuesday, 10:00 in Bogotá.
const now = new Date("2022-02-15T10:00:00-05:00");
const bounce = { bounce_kind: "soft", bounce_reason: null, category: "mailbox-full" } as const;
const at = (iso: string) => new Date(iso);

describe("a call ends the follow-up", () => {
  test.each([
    ["mailbox-fixed", "recovered", undefined],
    ["new-address", "corrected", undefined],
    ["address-right", "address-right", undefined],
    ["phone-only", "phone-only", "phone-only"],
    ["not-interested", "not-interested", "remove"],
    ["wrong-number", "unreachable", undefined],
  ] as const)("%s: %s", (outcome, closed_as, removal) => {
    const step = nextStep(outcome, { attempts: 2, now, timeZone: bogota, bounce });
    expect(step).toEqual({ closed_as, attempts: 2, ...(removal && { removal }) });
  });

  test.each([
    ["not-interested", "hard", "sender-blocked", undefined],
    ["not-interested", "soft", "message-too-big", undefined],
    ["not-interested", "hard", "no-such-mailbox", "remove"],
    ["not-interested", null, null, "remove"],
    ["phone-only", "hard", "sender-auth", "phone-only"],
  ] as const)(
    "%s after a %s bounce of category %s asks for %s by itself",
    (outcome, bounce_kind, category, removal) => {
      const bounce = { bounce_kind, category, bounce_reason: null };
      expect(nextStep(outcome, { attempts: 0, now, timeZone: bogota, bounce })).toEqual({
        closed_as: outcome,
        attempts: 0,
        ...(removal && { removal }),
      });
    },
  );

  test("the fifth that nobody answers, message or not", () => {
    for (const outcome of ["no-answer", "left-message"] as const)
      expect(nextStep(outcome, { attempts: unansweredLimit - 1, now, timeZone: bogota, bounce })).toEqual({
        closed_as: "unreachable",
        attempts: unansweredLimit,
      });
  });
});

describe("a call is followed by another", () => {
  test.each([
    ["no-answer", 0, "2022-02-15T10:00:00-05:00", "2022-02-15T14:00:00-05:00", "four hours later"],
    ["no-answer", 0, "2022-02-15T15:00:00-05:00", "2022-02-16T08:00:00-05:00", "not at 19:00 but next morning"],
    ["no-answer", 0, "2022-02-15T02:00:00-05:00", "2022-02-15T08:00:00-05:00", "not at 6:00 but at opening"],
    ["no-answer", 0, "2022-02-15T13:59:00-05:00", "2022-02-15T17:59:00-05:00", "just before closing"],
    ["no-answer", 0, "2022-02-15T14:00:00-05:00", "2022-02-16T08:00:00-05:00", "at closing: next morning"],
    ["no-answer", 0, "2022-02-19T16:00:00-05:00", "2022-02-21T08:00:00-05:00", "Saturday evening: Monday"],
    ["no-answer", 1, "2022-02-19T10:00:00-05:00", "2022-02-21T08:00:00-05:00", "a day after Saturday: Monday"],
    ["no-answer", 2, "2022-02-15T10:00:00-05:00", "2022-02-17T10:00:00-05:00", "two days"],
    ["no-answer", 3, "2022-02-15T10:00:00-05:00", "2022-02-19T10:00:00-05:00", "four days, a Saturday"],
    ["left-message", 0, "2022-02-15T10:00:00-05:00", "2022-02-17T10:00:00-05:00", "two days after a message"],
  ] satisfies [CallOutcome, number, string, string, string][])(
    "%s after %i at %s: %s (%s)",
    (outcome, attempts, called, due, _why) => {
      expect(nextStep(outcome, { attempts, now: at(called), timeZone: bogota, bounce })).toEqual({
        due_at: at(due),
        is_call_back: false,
        attempts: attempts + 1,
      });
    },
  );

  test("when the person asked for it, at any hour, without counting an attempt", () => {
    const call_back_at = at("2022-02-20T21:30:00-05:00");
    expect(nextStep("call-back", { attempts: 1, now, call_back_at, timeZone: bogota, bounce })).toEqual({
      due_at: call_back_at,
      is_call_back: true,
      attempts: 1,
    });
  });

  test("at eight by the clock on both sides of a change to summer time", () => {
    const madrid = "Europe/Madrid";
    const called = at("2022-03-26T17:30:00+01:00");
    expect(nextStep("no-answer", { attempts: 0, now: called, timeZone: madrid, bounce })).toMatchObject({
      due_at: at("2022-03-28T08:00:00+02:00"),
    });
    const autumn = at("2022-10-29T17:30:00+02:00");
    expect(nextStep("no-answer", { attempts: 0, now: autumn, timeZone: madrid, bounce })).toMatchObject({
      due_at: at("2022-10-31T08:00:00+01:00"),
    });
  });
});

test("every planned call is later than now and within calling hours", () => {
  const zones = fc.constantFrom(bogota, "Europe/Madrid", "Pacific/Auckland", "America/Santiago", "Asia/Kathmandu");
  const moments = fc.date({ min: at("2020-01-01"), max: at("2030-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(fc.constantFrom(...callOutcomes), fc.nat(4), moments, zones, (outcome, attempts, moment, timeZone) => {
      const step = nextStep(outcome, { attempts, now: moment, timeZone, bounce, call_back_at: new Date(+moment + 1) });
      if ("closed_as" in step) return;
      expect(+step.due_at).toBeGreaterThan(+moment);
      if (step.is_call_back) return;
      const wall = wallClock(step.due_at, timeZone);
      expect(wall.getUTCDay()).not.toBe(0);
      expect(wall.getUTCHours()).toBeGreaterThanOrEqual(8);
      expect(wall.getUTCHours()).toBeLessThan(18);
      expect(atCallingHour(step.due_at, timeZone)).toEqual(step.due_at);
    }),
  );
});

describe("call-back choices", () => {
  const local = (times: { choice: string; at: Date }[]) =>
    times.map(({ choice, at }) => `${choice} ${wallClock(at, bogota).toISOString().slice(5, 16)}`);

  test("in the morning", () => {
    expect(local(callBackTimes(at("2022-02-15T10:02:00-05:00"), bogota))).toEqual([
      "hour 02-15T11:05",
      "afternoon 02-15T15:00",
      "tomorrow 02-16T09:00",
      "tomorrow-afternoon 02-16T15:00",
      "week 02-22T09:00",
    ]);
  });

  test("on a Saturday afternoon", () => {
    expect(local(callBackTimes(at("2022-02-19T16:00:00-05:00"), bogota))).toEqual([
      "hour 02-19T17:00",
      "tomorrow 02-21T09:00",
      "tomorrow-afternoon 02-21T15:00",
      "week 02-26T09:00",
    ]);
  });

  test.each([
    [undefined, "calls.error.when"],
    ["2022-02-15T10:00:00-05:00", "calls.error.past"],
    ["2022-02-15T10:01:00-05:00", undefined],
    ["2023-02-15T10:00:00-05:00", undefined],
    ["2023-03-15T10:00:00-05:00", "calls.error.far"],
  ])("%s: %s", (time, fault) => {
    expect(callBackFault(time ? at(time) : undefined, now)).toBe(fault);
  });
});

test("a wall clock and its moment", () => {
  const madrid = "Europe/Madrid";
  const read = (wall: string) => momentOf(at(`${wall}Z`), madrid).toISOString();
  expect(read("2022-07-01T08:00")).toBe("2022-07-01T06:00:00.000Z");
  expect(read("2022-03-27T02:30")).toBe("2022-03-27T01:30:00.000Z");
  expect(read("2022-10-30T02:30")).toBe("2022-10-30T00:30:00.000Z");
  expect(wallClock(at("2022-02-15T15:04:00Z"), "Asia/Kathmandu")).toEqual(at("2022-02-15T20:49:00Z"));
});
