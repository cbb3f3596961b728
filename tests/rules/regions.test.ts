import { getCountries } from "libphonenumber-js/min";
import { expect, test } from "vitest";
import { isCountry, isTimeZone, listCountries, listTimeZones } from "#app/rules/regions.ts";

test("Colombia first, Latin America by name, then everybody else", () => {
  const { near, far } = listCountries("es");
  expect(near.slice(0, 3).map(({ name }) => name)).toEqual(["Colombia", "Argentina", "Bolivia"]);
  expect(near).toHaveLength(20);
  expect(far[0]?.name).toBe("Afganistán");
  // ISO 3166-1 has 249; Kosovo's code is in use without being one of them.
  expect(near.length + far.length).toBe(250);
  expect(new Set([...near, ...far].map(({ name }) => name)).size).toBe(250);
  expect(listCountries("en").far[0]?.name).toBe("Afghanistan");
});

test("every country that has phones can be chosen", () => {
  // Two islands with phone codes of their own belong to Saint Helena.
  const islands = ["AC", "TA"];
  expect(getCountries().filter((code) => !isCountry(code) && !islands.includes(code))).toEqual([]);
  expect(["EU", "UK", "ZZ", "co", "", "COL"].filter(isCountry)).toEqual([]);
});

test("time zones are those that Intl knows", () => {
  expect(["America/Bogota", "America/Mexico_City", "Europe/Madrid", "UTC"].every(isTimeZone)).toBe(true);
  expect(["Bogota", "", "America/Nowhere"].some(isTimeZone)).toBe(false);
  for (const timeZone of listTimeZones()) new Intl.DateTimeFormat("es", { timeZone });
});
