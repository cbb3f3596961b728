import { describe, expect, test } from "vitest";
import { typingErrorOf } from "#app/rules/address-doubts.ts";

describe("slips of the finger", () => {
  test.each([
    ["gnail.com", "gmail.com"],
    ["gmial.com", "gmail.com"],
    ["mgail.com", "gmail.com"],
    ["gmai.com", "gmail.com"],
    ["gmaill.com", "gmail.com"],
    ["gmsil.com", "gmail.com"],
    ["gmil.com", "gmail.com"],
    ["GMIAL.COM", "gmail.com"],
    ["hotmial.com", "hotmail.com"],
    ["hotmal.com", "hotmail.com"],
    ["homtail.com", "hotmail.com"],
    ["hormail.com", "hotmail.com"],
    ["otmail.com", "hotmail.com"],
    ["hotmai.es", "hotmail.es"],
    ["hotmaill.com.ar", "hotmail.com.ar"],
    ["outlok.es", "outlook.es"],
    ["outloock.com", "outlook.com"],
    ["otulook.com.ar", "outlook.com.ar"],
    ["yaho.com", "yahoo.com"],
    ["yahooo.es", "yahoo.es"],
    ["yhaoo.com.mx", "yahoo.com.mx"],
    ["iclod.com", "icloud.com"],
    ["icluod.com", "icloud.com"],
    ["protonmial.com", "protonmail.com"],
  ])("%s → %s", (typed, meant) => {
    expect(typingErrorOf(typed)).toBe(meant);
  });
});

describe("ends that don't exist, or that a provider doesn't have", () => {
  test.each([
    ["gmail.con", "gmail.com"],
    ["gmail.co", "gmail.com"],
    ["gmail.cm", "gmail.com"],
    ["gmail.om", "gmail.com"],
    ["gmail.cmo", "gmail.com"],
    ["gmail.com.com", "gmail.com"],
    ["gmail.com.co", "gmail.com"],
    ["gmail.es", "gmail.com"],
    ["gmail.net", "gmail.com"],
    ["gnail.con", "gmail.com"],
    ["gmial.co", "gmail.com"],
    ["hotmail.co", "hotmail.com"],
    ["hotmail.con", "hotmail.com"],
    ["yahoo.con", "yahoo.com"],
    ["yahoo.con.mx", "yahoo.com.mx"],
    ["yahoo.com.", undefined],
    ["outlook.comm", "outlook.com"],
    ["outlook.comar", "outlook.com.ar"],
    ["hotmial.c.om", "hotmail.com"],
    ["live.con", "live.com"],
    ["aol.con", "aol.com"],
    ["terra.con.co", "terra.com.co"],
    ["une.nte.co", "une.net.co"],
    ["hotelsol.con", "hotelsol.com"],
    ["correo.hotelsol.con", "correo.hotelsol.com"],
    ["hotelsol.con.co", "hotelsol.com.co"],
  ])("%s → %s", (typed, meant) => {
    expect(typingErrorOf(typed)).toBe(meant);
  });
});

describe("what may be right", () => {
  test.each([
    ...[
      "gmail.com",
      "googlemail.com",
      "hotmail.com",
      "hotmail.es",
      "hotmail.com.ar",
      "hotmail.co.uk",
      "yahoo.com",
      "yahoo.es",
    ],
    ...[
      "yahoo.com.mx",
      "yahoo.com.co",
      "yahoo.co.uk",
      "ymail.com",
      "rocketmail.com",
      "outlook.com",
      "outlook.es",
      "outlook.com.ar",
    ],
    ...[
      "live.com",
      "live.com.mx",
      "live.cl",
      "msn.com",
      "me.com",
      "mac.com",
      "aol.com",
      "gmx.com",
      "gmx.es",
      "mail.com",
      "email.com",
    ],
    ...[
      "icloud.com",
      "proton.me",
      "pm.me",
      "terra.com",
      "terra.com.co",
      "une.net.co",
      "etb.net.co",
      "prodigy.net.mx",
      "cantv.net",
    ],
    ...["fibertel.com.ar", "uol.com.br", "telefonica.net", "ono.com", "zoho.com", "yandex.ru"],
  ])("a provider: %s", (domain) => {
    expect(typingErrorOf(domain)).toBeUndefined();
    expect(typingErrorOf(domain.toUpperCase())).toBeUndefined();
  });

  test.each([
    // Other names, short or one letter from a provider's.
    ...[
      "email.es",
      "gml.com",
      "gmi.com",
      "fmail.com",
      "tmail.com",
      "grail.com",
      "hotmart.com",
      "hotel.com",
      "hotelmail.com",
    ],
    ...[
      "cloud.com",
      "outdoor.com",
      "tierra.com",
      "terran.com",
      "line.com",
      "love.com",
      "olive.com",
      "ams.com",
      "ao.com",
      "al.com",
    ],
    ...[
      "gm.com",
      "gmc.com",
      "mai.com",
      "mall.com",
      "mails.com",
      "we.com",
      "he.com",
      "mb.com",
      "uno.com",
      "onu.org",
      "bom.com.br",
    ],
    ...["tune.net.co", "etc.net.co", "yoho.com", "wahoo.com", "kahoot.com"],
    // Words with another end are somebody else.
    ...[
      "terra.co",
      "live.co",
      "mail.co",
      "une.com",
      "une.edu.co",
      "me.co",
      "aol.co",
      "gmx.co",
      "orange.co",
      "ciudad.com",
    ],
    // A provider's name in a country that isn't in the table.
    ...["hotmail.com.ec", "hotmail.ec", "yahoo.com.uy", "outlook.com.gt", "hotmal.ec"],
    ...[
      "ejemplo.com",
      "hotelsol.co",
      "hotelsol.com.co",
      "correo.gob.es",
      "tienda.cm",
      "a.om",
      "sub.gmail.com",
      "gmail.hotelsol.com",
      "gmail.hotelsol.example",
      "mi-empresa.net",
    ],
  ])("somebody's own: %s", (domain) => {
    expect(typingErrorOf(domain)).toBeUndefined();
  });

  test.each([
    "",
    "com",
    ".com",
    "gmail",
    "..",
    "constructor.com",
    "x.constructor",
    "x.__proto__",
    `${"a".repeat(300)}.con`,
  ])("no domain: %j", (domain) => {
    expect(typingErrorOf(domain)).toBeUndefined();
  });
});

test("what is proposed needs no proposal itself", () => {
  const names = ["gmail", "hotmail", "yahoo", "outlook", "icloud", "protonmail"];
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  for (const name of names) {
    for (let at = 0; at <= name.length; at++) {
      for (const letter of letters) {
        for (const typed of [
          name.slice(0, at) + letter + name.slice(at),
          name.slice(0, at) + letter + name.slice(at + 1),
          name.slice(0, at) + name.slice(at + 1),
        ]) {
          const meant = typingErrorOf(`${typed}.com`);
          if (meant !== undefined) expect(typingErrorOf(meant)).toBeUndefined();
        }
      }
    }
  }
});
