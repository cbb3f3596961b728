import { expect, test } from "vitest";
import { removalWarning } from "#app/rules/removal-warning.ts";

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
  [null, undefined],
] as const)("a hard bounce: %s", (bounce_reason, warning) => {
  expect(removalWarning({ bounce_kind: "hard", bounce_reason })).toBe(warning);
});

test("a soft bounce, and no bounce at all, are no ground for a removal by themselves", () => {
  expect(removalWarning({ bounce_kind: "soft", bounce_reason: "452 4.2.2 mailbox full" })).toBe("not-hard");
  expect(removalWarning({ bounce_kind: "soft", bounce_reason: "blocked by reputation" })).toBe("sender-refused");
  expect(removalWarning({ bounce_kind: null, bounce_reason: null })).toBe("no-bounce");
});
