import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAddress } from "#app/import/addresses.ts";
import { faultsOf } from "#app/rules/address-faults.ts";

describe("what is wrong, and what was meant", () => {
  test.each([
    // Providers of Latin America and Spain
    ["ana@gnail.com", "typing-error", "ana@gmail.com"],
    ["ANA@Hotmial.com", "typing-error", "ANA@hotmail.com"],
    ["ana@yahoo.con", "typing-error", "ana@yahoo.com"],
    ["ana@outlok.es", "typing-error", "ana@outlook.es"],
    ["ana@yaho.com.mx", "typing-error", "ana@yahoo.com.mx"],
    ["ana@une.nte.co", "typing-error", "ana@une.net.co"],
    ["ana@terra.con", "typing-error", "ana@terra.com"],
    ["ana@outlook.comar", "typing-error", "ana@outlook.com.ar"],
    ["ventas@hotelsol.con", "typing-error", "ventas@hotelsol.com"],
    // Dots
    ["ana..ruiz@ejemplo.com", "double-dot", "ana.ruiz@ejemplo.com"],
    ["ana@ejemplo...com", "double-dot", "ana@ejemplo.com"],
    [".ana@ejemplo.com", "edge-dot", "ana@ejemplo.com"],
    ["ana.@ejemplo.com", "edge-dot", "ana@ejemplo.com"],
    ["ana@.ejemplo.com", "edge-dot", "ana@ejemplo.com"],
    ["ana@ejemplo.com.", "edge-dot", "ana@ejemplo.com"],
    ["ana@gmail,com", "comma", "ana@gmail.com"],
    ["ana,ruiz@ejemplo.com", "comma", "ana.ruiz@ejemplo.com"],
    ["ana@ejemplo;com", "comma", "ana@ejemplo.com"],
    // Spaces
    ["ana @ ejemplo. com", "spaces", "ana@ejemplo.com"],
    ["ana ruiz@ejemplo.com", "spaces", undefined],
    ["ana@hotel sol.com", "spaces", undefined],
    ["ana@hotmail com.ar", "spaces", "ana@hotmail.com.ar"],
    ["ana@gmail com", "spaces no-end", "ana@gmail.com"],
    // The @
    ["anaruizgmail.com", "no-at", "anaruiz@gmail.com"],
    ["ana.ruiz.hotmail.com", "no-at", "ana.ruiz@hotmail.com"],
    ["ana.ruizyahoo.com.mx", "no-at", "ana.ruiz@yahoo.com.mx"],
    ["ana arroba ejemplo.com", "no-at", "ana@ejemplo.com"],
    ["ana (at) ejemplo.com", "no-at", "ana@ejemplo.com"],
    ["ana[arroba]ejemplo.com", "no-at", "ana@ejemplo.com"],
    ['ana"ejemplo.com', "no-at", "ana@ejemplo.com"],
    ["ana#ejemplo.com", "no-at", "ana@ejemplo.com"],
    ["ana2gmail.com", "no-at", undefined],
    ["gmail.com", "no-at", undefined],
    ["www.hotmail.com", "no-at", undefined],
    ["ana", "no-at", undefined],
    ["anaejemplo.com", "no-at", undefined],
    ["ana@@ejemplo.com", "several-ats", "ana@ejemplo.com"],
    ["ana@ruiz@ejemplo.com", "several-ats", undefined],
    ["ana@ejemplo.com, eva@ejemplo.com", "several-ats", undefined],
    // What is missing
    ["@ejemplo.com", "no-name", undefined],
    ["ana@", "no-domain", undefined],
    ["ana@ejemplo", "no-end", undefined],
    ["ana@ejemplo.c", "no-end", undefined],
    ["ana@192.0.2.1", "no-end", undefined],
    ["ana@hotmail", "no-end", undefined],
    ["ana@gmail", "no-end", "ana@gmail.com"],
    ["ana@GmailCom", "no-end", "ana@gmail.com"],
    ["ana@outlookcomar", "no-end", "ana@outlook.com.ar"],
    // Accents
    ["josé.núñez@ejemplo.com", "accents", "jose.nunez@ejemplo.com"],
    ["jose´@ejemplo.com", "accents", "jose@ejemplo.com"],
    ["ana@gmáil.com", "accents", "ana@gmail.com"],
    ["ana@hotmaíl.con", "accents typing-error", "ana@hotmail.com"],
    // What stands around it
    ["<ana@ejemplo.com>", "wrapped", "ana@ejemplo.com"],
    ["Ana Ruiz <ana@ejemplo.com>", "wrapped", "ana@ejemplo.com"],
    ["ana@ejemplo.com <ana@ejemplo.com>", "wrapped", "ana@ejemplo.com"],
    ["mailto:ana@ejemplo.com", "wrapped", "ana@ejemplo.com"],
    ["'ana@ejemplo.com", "wrapped", "ana@ejemplo.com"],
    ["“ana@ejemplo.com”;", "wrapped", "ana@ejemplo.com"],
    ["www.ana@ejemplo.com", "www", "ana@ejemplo.com"],
    ["ana@www.ejemplo.com", "www", "ana@ejemplo.com"],
    ["http://www.ana@ejemplo.com", "wrapped www", "ana@ejemplo.com"],
    // Signs that nobody can read
    ["ana(ruiz@ejemplo.com", "odd-sign", undefined],
    ["ana@hotel_sol.com", "odd-sign", undefined],
    ["ana@-ejemplo.com", "odd-sign", undefined],
    // Several at once
    ["ana..ruiz@gnail,com", "comma double-dot typing-error", "ana.ruiz@gmail.com"],
    ["josé @hotmial.com", "spaces accents typing-error", "jose@hotmail.com"],
  ])("%s: %s → %s", (typed, codes, meant) => {
    const faults = faultsOf(typed);
    expect([faults?.codes.join(" "), faults?.meant]).toEqual([codes, meant]);
  });

  test("a domain's slip is told as it was typed", () => {
    expect(faultsOf("ana@Gnail,com")).toEqual({
      codes: ["comma", "typing-error"],
      slip: { typed: "Gnail.com", meant: "gmail.com" },
      meant: "ana@gmail.com",
    });
  });
});

test.each([
  ...[
    "ana@gmail.com",
    "ANA.RUIZ@GMAIL.COM",
    "ana@hotmail.es",
    "ana@yahoo.es",
    "ana@yahoo.com.mx",
    "ana@outlook.com.ar",
  ],
  ...["ana@une.net.co", "ana@etb.net.co", "ana@terra.com", "ana@terra.com.co", "a@x.co", "ana2@gmail.com"],
  ...["o'brien+news@mail.ejemplo.com.co", "ana_ruiz-1@mi-hotel.com", "www@ejemplo.com", "at@ejemplo.com"],
  // Domains and mailboxes in the letters of their languages
  ...[
    "ana@compañía.example",
    "ana@peñón.es",
    "josé@compañía.example",
    "用户@例子.中国",
    "почта@пример.рф",
    "ana@münchen.de",
  ],
  ...["", "   ", "\u200bana@ejemplo.com\ufeff", " ana@ejemplo.com ", `${"a".repeat(300)}..@gnail.com`],
])("%j may be right", (address) => {
  expect(faultsOf(address)).toBeUndefined();
});

const piece = fc.constantFrom(
  ...[
    "ana",
    "josé",
    "ñ",
    "@",
    ".",
    ",",
    ";",
    " ",
    "www.",
    "<",
    ">",
    "mailto:",
    "'",
    "(at)",
    "2",
    "-",
    "_",
    "#",
    "\u200b",
  ],
  ...["gmail", "gnail.com", "hotmail", ".com", ".con", "com", "ar", "compañía", "ejemplo.com", "пример"],
);
const typings = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(""));

test("what an import refuses has a fault, and what is proposed is an address without one", () => {
  fc.assert(
    fc.property(typings, (typed) => {
      const read = readAddress(typed);
      const faults = faultsOf(typed);
      if ("code" in read && read.code !== "no-address") expect(faults?.codes.length).toBeGreaterThan(0);
      if (faults?.meant === undefined) return;
      expect(faultsOf(faults.meant)).toBeUndefined();
      expect(readAddress(faults.meant)).toMatchObject({ email: faults.meant });
    }),
    { numRuns: 5_000 },
  );
});
