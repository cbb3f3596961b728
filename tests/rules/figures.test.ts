import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CampaignCounts, figuresOf } from "#app/rules/figures.ts";
import { importLists } from "#db/lists.ts";

const nothing: CampaignCounts = {
  sent: 0,
  opened: 0,
  clicked: 0,
  hard: 0,
  soft: 0,
  auto_reply: 0,
  removed: 0,
  lists: [],
  reported_sent: null,
  reported_delivered: null,
  reported_opened: null,
  reported_clicked: null,
  reported_unopened: null,
  reported_hard: null,
  reported_soft: null,
  reported_auto_reply: null,
};
const valentine = { ...nothing, sent: 582, opened: 44, hard: 3, soft: 17, auto_reply: 10 };
const figures = (campaign: Partial<CampaignCounts>) => figuresOf({ ...nothing, ...campaign });

test("every list imported: everything is counted, rates have the bases of the words", () => {
  const all = figures({ ...valentine, lists: ["sent", "opened", "clicked", "hard", "soft", "auto-reply"] });
  expect(all.sent).toEqual({ value: 582, base: "counted" });
  expect(all.delivered).toEqual({ value: 562, base: "counted" });
  expect(all.unopened).toEqual({ value: 518, base: "counted" });
  expect(all.bounced).toEqual({ value: 20, base: "counted" });
  expect(all.open_rate).toEqual({ value: 44 / 562, of: "delivered" });
  expect(all.click_rate).toEqual({ value: 0, of: "delivered" });
  expect(all.click_to_open_rate).toEqual({ value: 0, of: "opened" });
  expect(all.bounce_rate).toEqual({ value: 20 / 582, of: "sent" });
  expect(all.bounce_level).toBe("warning");
  expect(all.missing).toEqual([]);
});

test("bounce lists alone: nothing is a share of their own rows", () => {
  const bounces = figures({ sent: 30, hard: 3, soft: 17, auto_reply: 10, lists: ["hard", "soft", "auto-reply"] });
  expect(bounces.sent).toEqual({ value: null, base: "unknown" });
  expect(bounces.bounced.value).toBe(20);
  expect(bounces.bounce_rate).toBeNull();
  expect(bounces.bounce_level).toBeUndefined();
  expect(bounces.missing).toEqual(["sent", "opened", "clicked"]);
});

test("bounce lists with the source's totals: the base is the source's", () => {
  const mixed = figures({
    sent: 30,
    hard: 3,
    soft: 17,
    lists: ["hard", "soft"],
    reported_sent: 582,
    reported_opened: 44,
    reported_clicked: 0,
  });
  expect(mixed.sent).toEqual({ value: 582, base: "reported" });
  expect(mixed.delivered).toEqual({ value: 562, base: "reported" });
  expect(mixed.bounce_rate?.value).toBeCloseTo(20 / 582);
  expect(mixed.open_rate?.value).toBeCloseTo(44 / 562);
  expect(mixed.missing).toEqual([]);
});

test("a list that is missing leaves its figure unknown, even if that may have been nothing", () => {
  const soft = figures({ sent: 582, soft: 17, lists: ["sent", "soft"] });
  expect(soft.hard.base).toBe("unknown");
  expect(soft.bounce_rate).toBeNull();
  expect(soft.missing).toContain("hard");
  const zero = figures({ sent: 582, soft: 17, lists: ["sent", "soft"], reported_hard: 0 });
  expect(zero.bounce_rate?.value).toBeCloseTo(17 / 582);
});

test("an auto-reply is delivered and in no bounce rate", () => {
  const replies = figures({ ...valentine, hard: 0, soft: 0, lists: ["sent", "hard", "soft", "auto-reply"] });
  expect(replies.delivered.value).toBe(582);
  expect(replies.bounce_rate?.value).toBe(0);
});

test("a contact out of the CRM leaves the reported total as it leaves ours", () => {
  const before = figures({ sent: 20, hard: 3, soft: 17, lists: ["hard", "soft"], reported_sent: 582 });
  const after = figures({ sent: 19, hard: 2, soft: 17, removed: 1, lists: ["hard", "soft"], reported_sent: 582 });
  expect(after.sent.value).toBe(581);
  expect(after.delivered.value).toBe(before.delivered.value);
});

test.each([
  [["combined"], { sent: 30, hard: 3, soft: 17, auto_reply: 10 }, "unknown"],
  [["combined"], valentine, "counted"],
  [["delivered", "hard", "soft"], valentine, "counted"],
  [["delivered"], valentine, "unknown"],
  [["opened", "unopened", "hard", "soft"], valentine, "counted"],
  [["opened", "unopened"], valentine, "unknown"],
  [["unsubscribed", "complained"], valentine, "unknown"],
] as const)("%j of %j: sent is %s", (lists, counts, base) => {
  expect(figures({ ...counts, lists }).sent.base).toBe(base);
});

test("delivered alone is taken from the source, and makes up sent with its bounces", () => {
  expect(figures({ reported_delivered: 562 }).delivered).toEqual({ value: 562, base: "reported" });
  expect(figures({ reported_delivered: 562, reported_hard: 3, reported_soft: 17 }).sent.value).toBe(582);
});

describe("the level of a bounce rate", () => {
  test.each([
    [0, "fine"],
    [20, "fine"],
    [21, "warning"],
    [50, "warning"],
    [51, "alarm"],
  ])("%i of 1000: %s", (soft, level) => {
    expect(figures({ sent: 1000, soft, lists: ["sent", "hard", "soft"] }).bounce_level).toBe(level);
  });
});

test("whatever is counted and reported, no rate is below 0 or made of nothing, and an unknown figure has no rate", () => {
  const number = fc.nat(1000);
  const maybe = fc.option(number);
  const campaign = fc.record({
    sent: number,
    opened: number,
    clicked: number,
    hard: number,
    soft: number,
    auto_reply: number,
    removed: number,
    lists: fc.subarray([...importLists]),
    reported_sent: maybe,
    reported_delivered: maybe,
    reported_opened: maybe,
    reported_clicked: maybe,
    reported_unopened: maybe,
    reported_hard: maybe,
    reported_soft: maybe,
    reported_auto_reply: maybe,
  });
  fc.assert(
    fc.property(campaign, (given) => {
      const all = figuresOf(given);
      for (const rate of [all.open_rate, all.click_rate, all.click_to_open_rate, all.bounce_rate, all.unopened_rate]) {
        if (rate) expect(rate.value).toBeGreaterThanOrEqual(0);
        if (rate) expect(Number.isFinite(rate.value)).toBe(true);
      }
      if (all.sent.base === "unknown" || all.bounced.base === "unknown") expect(all.bounce_rate).toBeNull();
      if (all.delivered.base === "unknown") expect(all.open_rate).toBeNull();
    }),
  );
});
