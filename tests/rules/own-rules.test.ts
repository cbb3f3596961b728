import { describe, expect, test } from "vitest";
import { type OwnRule, ownReader, patternFault, ruleFitter } from "#app/rules/own-rules.ts";
import { verdictOf } from "#app/rules/verdict.ts";

const rule = (fields: Partial<OwnRule>): OwnRule => ({
  ...{ id: 1, pattern: "quota", is_regexp: false, source: null, domain: null, category: "mailbox-full" },
  ...fields,
});
const regexp = (pattern: string): OwnRule => rule({ pattern, is_regexp: true });
const nowhere = { source: null, domain: "hotel.example" };

describe("a text", () => {
  test.each([
    ["quota", "Over QUOTA", true],
    ["Quota  Exceeded", "550 quota\r\n   exceeded (in reply to RCPT)", true],
    [" quota ", "quota", true],
    ["Buzón LLENO", "552 BUZÓN lleno", true],
    ["quota exceeded", "quotaexceeded", false],
    ["over.quota", "over quota", false],
    ["(a", "so (as it is)", true],
    ["quota", "", false],
  ])("%j in %j: %s", (pattern, reason, is) => {
    expect(ruleFitter(rule({ pattern }))(reason, nowhere)).toBe(is);
  });
});

describe("an expression", () => {
  test.each([
    ["quota|full", "The mailbox is FULL", true],
    ["^550\\b.*policy$", "550 refused by\nour policy", true],
    ["^policy", "550 policy", false],
    ["\\bcode [A-Z]{2}\\d+", "error code XY12", true],
    ["over.quota", "over  quota", true],
    ["\\\\1", "at C:\\1", true],
    ["(?P<who>user|mailbox) unknown", "user unknown", true],
    ["correo\\pL*", "CORREOÉ", true],
  ])("%s in %j: %s", (pattern, reason, is) => {
    expect(ruleFitter(regexp(pattern))(reason, nowhere)).toBe(is);
  });

  test("is asked of a reason's first 4,000 letters", () => {
    const fits = ruleFitter(regexp("end"));
    expect([fits(`${"x".repeat(3_990)} end`, nowhere), fits(`${"x".repeat(4_000)} end`, nowhere)]).toEqual([
      true,
      false,
    ]);
  });
});

test.each([
  [{ source: null, domain: null }, { source: null, domain: "a.example" }, true],
  [{ source: "zoho", domain: null }, { source: "zoho", domain: "a.example" }, true],
  [{ source: "zoho", domain: null }, { source: "brevo", domain: "a.example" }, false],
  [{ source: "zoho", domain: null }, { source: null, domain: "a.example" }, false],
  [{ source: null, domain: "hotel.example" }, { source: null, domain: "hotel.example" }, true],
  [{ source: null, domain: "hotel.example" }, { source: null, domain: "mail.hotel.example" }, true],
  [{ source: null, domain: "hotel.example" }, { source: null, domain: "gran-hotel.example" }, false],
  [{ source: null, domain: "mail.hotel.example" }, { source: null, domain: "hotel.example" }, false],
  [{ source: "zoho", domain: "hotel.example" }, { source: "zoho", domain: "a.example" }, false],
])("a rule for %j applies to %j: %s", (where, origin, is) => {
  expect(ruleFitter(rule(where))("over quota", origin)).toBe(is);
});

test("the first that fits decides, then the built-in rules", () => {
  const first = rule({ id: 7, pattern: "quota", domain: "hotel.example", category: "sender-blocked" });
  const second = rule({ id: 3, pattern: "over quota", category: "throttled" });
  const read = ownReader([first, second]);
  expect(read("over quota", nowhere)).toEqual({
    ...{ kind: "soft", category: "sender-blocked", problem: "sender", confidence: "high" },
    rule: "own-7",
  });
  expect(read("over quota", { source: null, domain: "a.example" }).rule).toBe("own-3");
  expect(ownReader([second, first])("over quota", nowhere).category).toBe("throttled");
  expect(read("user unknown", nowhere)).toEqual(verdictOf("user unknown"));
  expect(ownReader([])("over quota", nowhere)).toEqual(verdictOf("over quota"));
});

test("a rule whose pattern can't be read any more fits nothing", () => {
  const broken = [regexp("("), regexp("(?=a)"), rule({ pattern: "  " })];
  expect(broken.map((one) => ruleFitter(one)("(a", nowhere))).toEqual([false, false, false]);
  expect(ownReader(broken)("over quota", nowhere)).toEqual(verdictOf("over quota"));
});

describe("what is refused", () => {
  test.each([
    // Only an engine that tries can do these, and it runs away.
    ["user(?=.*unknown)", "runs-away"],
    ["(?!no)user", "runs-away"],
    ["(?<=550 )user", "runs-away"],
    ["(?<!550 )user", "runs-away"],
    ["(?>a+)b", "runs-away"],
    ["(a+)\\1", "runs-away"],
    ["(?P<n>a)\\k<n>", "runs-away"],
    // These would be linear, at a length nobody wants to wait for.
    ["x{1000}{1000}", "runs-away"],
    ["(x{100}){100}", "runs-away"],
    ["x{1001}", "runs-away"],
    ["(.{0,30}a){30}", "runs-away"],
    ["(a++)", "runs-away"],
    ["(", "not-regexp"],
    ["[a-", "not-regexp"],
    ["a\\", "not-regexp"],
    ["*a", "not-regexp"],
    ["\\q", "not-regexp"],
    ["", "fits-all"],
    ["a*", "fits-all"],
    [".*", "fits-all"],
    ["quota|", "fits-all"],
    [`a${"b".repeat(500)}`, "too-long"],
    // In another engine this runs away, here it can't.
    ["(a+)+$", undefined],
    ["(x+x+)+y", undefined],
    ["quota.{1,40}exceeded", undefined],
    ["\\Q(?=\\E", undefined],
    ["a".repeat(500), undefined],
  ])("%s: %s", (pattern, fault) => {
    expect(patternFault({ pattern, is_regexp: true })).toBe(fault);
  });

  test.each([
    ["(", undefined],
    ["(?=a)", undefined],
    ["   ", "fits-all"],
    ["a".repeat(501), "too-long"],
  ])("of texts, %j: %s", (pattern, fault) => {
    expect(patternFault({ pattern, is_regexp: false })).toBe(fault);
  });
});

test("a hostile text is answered like any other", () => {
  // An engine that tries would come to an answer after 2^4000 steps, which is never; vitest would say so.
  const fits = ruleFitter(regexp("(a+)+$"));
  expect([fits(`${"a".repeat(3_990)}!`, nowhere), fits("a".repeat(3_990), nowhere)]).toEqual([false, true]);
  const tries = ruleFitter(regexp("(x+x+)+y"));
  expect(tries("x".repeat(4_000), nowhere)).toBe(false);
});
