import fc from "fast-check";
import { expect, test } from "vitest";
import { readPhone } from "#app/rules/phone.ts";

test.each([
  ["300 555 0101", "CO", "+573005550101"],
  ["3005550101", "CO", "+573005550101"],
  ["(601) 555 0101", "CO", "+576015550101"],
  ["+57 300-555-0101", "MX", "+573005550101"],
  ["0057 300 555 0101", "CO", "+573005550101"],
  ["300 555 0101 ext. 12", "CO", "+573005550101"],
  ["300 555 0101 / 310 555 0102", "CO", "+573005550101"],
  ["12 y 310 555 0102", "CO", "+573105550102"],
  ["(202) 555-0143", "US", "+12025550143"],
  ["317 509 8", "CO", undefined],
  ["60145678", "CO", undefined],
  ["llamar en la tarde", "CO", undefined],
  ["300 555 0101", "no country", undefined],
  ["+57 300 555 0101", "no country", "+573005550101"],
  ["", "CO", undefined],
  [undefined, "CO", undefined],
])("%s in %s is %s", (text, country, expected) => {
  expect(readPhone(text, country)).toBe(expected);
});

test("whatever stands there, it is a number in E.164 or none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d +()./-]{0,30}$/)), (text) => {
      expect(readPhone(text, "CO") ?? "+10").toMatch(/^\+[1-9]\d{1,14}$/);
    }),
  );
});
