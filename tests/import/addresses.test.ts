import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAddress, readAddress } from "#app/import/addresses.ts";

const long = (length: number) => "a".repeat(length);

describe("what an address comes wrapped in", () => {
  test.each([
    ["GERENCIA@Hotel.Ejemplo.com", "GERENCIA@Hotel.Ejemplo.com"],
    ["  ana@ejemplo.com\u00a0", "ana@ejemplo.com"],
    ["\u200bana@ejem\u200bplo.com\ufeff", "ana@ejemplo.com"],
    ["mailto:ana@ejemplo.com?subject=Hola", "ana@ejemplo.com"],
    ["<ana@ejemplo.com>", "ana@ejemplo.com"],
    ["Ana Paz <ana@ejemplo.com>", "ana@ejemplo.com"],
    ["\"'ana@ejemplo.com'\"", "ana@ejemplo.com"],
    ["“ana@ejemplo.com”;", "ana@ejemplo.com"],
    ["[mailto:ana@ejemplo.com]", "ana@ejemplo.com"],
    ["josé.núñez@compañía.example", "josé.núñez@compañía.example"],
    ["o'brien+news@mail.ejemplo.com.co", "o'brien+news@mail.ejemplo.com.co"],
  ])("%s", (cell, email) => {
    expect(readAddress(cell)).toEqual({ email, email_key: email.toLowerCase() });
  });

  test("the same letters in another Unicode form are the same address", () => {
    expect(readAddress("jose\u0301@ejemplo.com")).toEqual(readAddress("jos\u00e9@ejemplo.com"));
  });

  test.each([
    [undefined, "no-address"],
    ["", "no-address"],
    ["--", "no-address"],
    ["null", "no-address"],
    ["<>", "no-address"],
    ["ana", "malformed-address"],
    ["ana@ejemplo", "malformed-address"],
    ["ana@ejemplo..com", "malformed-address"],
    ["ana paz@ejemplo.com", "malformed-address"],
    ["=1+1", "malformed-address"],
    ["<script>alert(1)</script>", "malformed-address"],
    ["a@ejemplo.com; b@ejemplo.com", "several-addresses"],
    ["a@ejemplo.com, b@ejemplo.com", "several-addresses"],
    ["a@ejemplo.com/b@ejemplo.com", "several-addresses"],
  ])("%s → %s", (cell, code) => {
    expect(readAddress(cell)).toEqual({ code });
  });
});

test.each(["@", '"', "<", "a@a.", " ,a", "mailto:"])("%j a hundred thousand times", (piece) => {
  expect(readAddress(piece.repeat(100_000))).toHaveProperty("code");
});

test.each([
  [`${long(64)}@ejemplo.com`, true],
  [`${long(65)}@ejemplo.com`, false],
  [`ñ${long(62)}@ejemplo.com`, true],
  [`ñ${long(63)}@ejemplo.com`, false],
  [`a@${long(63)}.com`, true],
  [`a@${long(64)}.com`, false],
  [`a@${`${long(60)}.`.repeat(4)}ejem.com`, true],
  [`a@${`${long(60)}.`.repeat(4)}ejemp.com`, false],
  [".a@ejemplo.com", false],
  ["a.@ejemplo.com", false],
  ["a..b@ejemplo.com", false],
  ["a@-ejemplo.com", false],
  ["a@ejemplo-.com", false],
  ["a@ejemplo.com.", false],
  ["a@192.0.2.1", false],
  ["a@[192.0.2.1]", false],
  ["a@b@ejemplo.com", false],
  ["a\n@ejemplo.com", false],
  ["@ejemplo.com", false],
  ["a@x.co", true],
])("%s: %s", (text, expected) => {
  expect(isAddress(text)).toBe(expected);
});

test("what is read is an address, and a bare address is read as it stands", () => {
  const letter = fc.constantFrom(..."aAzZ09._-+@@..ñÉ");
  fc.assert(
    fc.property(fc.array(letter, { maxLength: 20 }), (letters) => {
      const text = letters.join("");
      const read = readAddress(text);
      if (isAddress(text)) expect(read).toEqual({ email: text, email_key: text.toLowerCase() });
      else expect(read).toHaveProperty("code");
    }),
    { numRuns: 5_000 },
  );
});
