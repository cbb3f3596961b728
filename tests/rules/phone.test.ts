import fc from "fast-check";
import { getCountryCallingCode, getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
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

test.each(["CO", "MX", "AR", "US", "ES", "BR", "DO", "PE", "CL", "GB", "IT"] as const)(
  "a number of %s is read as the library reads it",
  (country) => {
    const example = getExampleNumber(country, examples)?.nationalNumber ?? "";
    const near = fc
      .tuple(
        fc.constantFrom("", "+", "00", "0", "1", "57", "+57", `+${getCountryCallingCode(country)}`),
        fc.nat(example.length),
      )
      .chain(([start, kept]) =>
        fc
          .stringMatching(/^[\d -]{0,11}$/)
          .map((rest) => start + example.slice(0, kept) + rest.slice(0, example.length - kept + 1)),
      );
    fc.assert(
      fc.property(near, (text) => {
        const international = text.trim().replace(/^00(?=[1-9])/, "+");
        const phone = parsePhoneNumberFromString(international, { defaultCountry: country, extract: false });
        if (phone?.isValid()) expect(readPhone(text, country)).toBe(phone.number);
      }),
      { numRuns: 2000 },
    );
  },
);
