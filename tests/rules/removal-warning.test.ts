import { describe, expect, test } from "vitest";
import {
  differingReadings,
  needsSecondConfirmation,
  readingsToConfirm,
  removalWarning,
  withWarning,
} from "#app/rules/removal-warning.ts";
import { categories } from "#app/rules/verdict/categories.ts";
import { bounceKinds, removalDecisions, verdictCategories } from "#db/lists.ts";

describe("the source's label and our verdict", () => {
  test.each([
    // category, warning where the source says hard, warning where it says soft
    ["no-such-mailbox", undefined, "not-hard"],
    ["no-such-domain", undefined, "not-hard"],
    ["mailbox-inactive", undefined, "not-hard"],
    ["unknown", undefined, "not-hard"],
    [null, undefined, "not-hard"],
    ["sender-blocked", "sender-refused", "sender-refused"],
    ["sender-auth", "sender-refused", "sender-refused"],
    ["spam-content", "sender-refused", "sender-refused"],
    ["message-too-big", "sender-refused", "sender-refused"],
    ["message-rejected", "sender-refused", "sender-refused"],
    ["mailbox-full", "may-pass", "not-hard"],
    ["server-trouble", "may-pass", "not-hard"],
    ["routing-dns", "may-pass", "not-hard"],
    ["throttled", "may-pass", "not-hard"],
    ["auto-reply", "may-pass", "not-hard"],
    ["challenge-response", "may-pass", "not-hard"],
  ] as const)("%s: hard %s, soft %s", (category, hard, soft) => {
    expect(removalWarning({ bounce_kind: "hard", category })).toBe(hard);
    expect(removalWarning({ bounce_kind: "soft", category })).toBe(soft);
    expect(removalWarning({ bounce_kind: null, category })).toBe("no-bounce");
  });
});

test("soft bounces that count as hard are one, unless our sender was refused", () => {
  expect(removalWarning({ bounce_kind: "soft", category: "mailbox-full", soft_in_row: 5 })).toBe(undefined);
  expect(removalWarning({ bounce_kind: "soft", category: "sender-blocked", soft_in_row: 5 })).toBe("sender-refused");
});

test.each([
  ["remove", "sender-refused", true],
  ["remove", "may-pass", false],
  ["remove", "not-hard", false],
  ["remove", "no-bounce", false],
  ["remove", undefined, false],
  ["phone-only", "sender-refused", false],
  ["phone-only", undefined, false],
] as const)("to ask for %s with warning %s needs a second confirmation: %s", (decision, warning, needed) => {
  expect(needsSecondConfirmation(decision, warning)).toBe(needed);
});

test("queries look for exactly what the rule says of one row", () => {
  const said = (bounce_kind: string, category: string, list: typeof differingReadings) =>
    list.some((one) => one.bounce_kind === bounce_kind && one.category === category);
  for (const bounce_kind of bounceKinds) {
    for (const category of verdictCategories) {
      const { warning, differs } = withWarning({ bounce_kind, category, bounce_reason: null });
      expect(said(bounce_kind, category, differingReadings)).toBe(differs);
      const twice = removalDecisions.some((decision) => needsSecondConfirmation(decision, warning));
      expect(said(bounce_kind, category, readingsToConfirm)).toBe(twice);
      expect(twice).toBe(["sender", "message"].includes(categories[category].problem));
      expect(twice && !differs).toBe(false);
    }
  }
});

describe("a hard bounce whose verdict isn't stored yet is read here", () => {
  test.each([
    // The three "hard" rows that this product began with, whole and as the screen cuts them.
    ["Temporary failure :smtp:550 Your host is not allowed to send mail to us", "sender-refused"],
    ["Temporary failure :smtp:550 Your host is not allo...", "sender-refused"],
    ["Temporary Failure : 5.7.1 smtp: 550 5.7.1 [CS] Message blocked", "sender-refused"],
    ["550 5.7.26 Multiple authentication checks failed", "sender-refused"],
    ["550 5.1.8 Sender address rejected: Domain not found", "sender-refused"],
    ["554 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org", "sender-refused"],
    ["SPF check failed for mail.example.com", "sender-refused"],
    ["policy-related", "sender-refused"],
    ["550 5.1.1 User unknown", undefined],
    ["550 5.7.1 No such user here", undefined],
    ["554 5.7.1 <ana@example.com>: Recipient address rejected: user unknown", undefined],
    ["bad-mailbox", undefined],
    ["550 No such user here, asked 5.7.1.2 times by 192.5.7.1", undefined],
    ["552 5.3.4 Message size exceeds fixed limit", "sender-refused"],
    ["452 4.2.2 mailbox full", "may-pass"],
    [null, undefined],
  ] as const)("%s: %s", (bounce_reason, warning) => {
    expect(withWarning({ bounce_kind: "hard", bounce_reason, category: null }).warning).toBe(warning);
  });
});

test("a stored verdict counts, whatever the reason: an organisation's own rule may have read it", () => {
  const row = { id: 7, bounce_kind: "hard" as const, bounce_reason: "550 5.1.1 User unknown" };
  expect(withWarning({ ...row, category: "sender-blocked" })).toEqual({
    ...row,
    category: "sender-blocked",
    warning: "sender-refused",
    differs: true,
  });
  expect(withWarning({ ...row, category: null })).toMatchObject({ category: "no-such-mailbox", differs: false });
});
