import { describe, expect, test } from "vitest";
import { dayComesFirst, readTime } from "#app/import/dates.ts";

const bogota = { timeZone: "America/Bogota", dayFirst: true };

describe("formats, read in Bogotá (UTC-5, no daylight saving)", () => {
  test.each([
    ["02 Aug 2013, 12:39 PM", "2013-08-02T17:39:00.000Z"],
    ["Feb 14, 2022 03:14 PM", "2022-02-14T20:14:00.000Z"],
    ["Feb 14,2022 03:14 PM", "2022-02-14T20:14:00.000Z"],
    ["12 Feb 2026, 12:01 PM", "2026-02-12T17:01:00.000Z"],
    ["12 Feb 2026, 12:01 AM", "2026-02-12T05:01:00.000Z"],
    ["1644869640000", "2022-02-14T20:14:00.000Z"],
    ["2022-02-14T15:14:00Z", "2022-02-14T15:14:00.000Z"],
    ["2022-02-14T15:14:00.123456+02:00", "2022-02-14T13:14:00.123Z"],
    ["2022-02-14T15:14:00-0500", "2022-02-14T20:14:00.000Z"],
    ["2022-02-14 15:14", "2022-02-14T20:14:00.000Z"],
    ["2022-02-14 15:14:09 UTC", "2022-02-14T15:14:09.000Z"],
    ["2022-02-14", "2022-02-14T05:00:00.000Z"],
    ["2022/2/14 5:14", "2022-02-14T10:14:00.000Z"],
    ["14/02/2022 15:14", "2022-02-14T20:14:00.000Z"],
    ["02/14/2022 03:14 PM", "2022-02-14T20:14:00.000Z"],
    ["03/02/2022", "2022-02-03T05:00:00.000Z"],
    ["14-02-22 15:14:07", "2022-02-14T20:14:07.000Z"],
    ["14.02.2022", "2022-02-14T05:00:00.000Z"],
    ["14 de febrero de 2022, 3:14 p. m.", "2022-02-14T20:14:00.000Z"],
    ["14 de febrero del 2022 a las 15:14", "2022-02-14T20:14:00.000Z"],
    ["lunes, 14 de febrero de 2022", "2022-02-14T05:00:00.000Z"],
    ["14 feb. 2022 3:14\u202fp.\u00a0m.", "2022-02-14T20:14:00.000Z"],
    ["14-Ago-2022", "2022-08-14T05:00:00.000Z"],
    ["14/sept/2022", "2022-09-14T05:00:00.000Z"],
    ["mar 5, 2022 10:00", "2022-03-05T15:00:00.000Z"],
    ["mar, 1 mar 2022 10:00", "2022-03-01T15:00:00.000Z"],
    ["1 dic 2022", "2022-12-01T05:00:00.000Z"],
    ["Mon, 14 Feb 2022 15:14:00 -0300", "2022-02-14T18:14:00.000Z"],
    ["Mon Feb 14 2022 15:14:00 GMT-0500 (Colombia Standard Time)", "2022-02-14T20:14:00.000Z"],
    ["August 2nd 2013 at 12:39 PM", "2013-08-02T17:39:00.000Z"],
  ])("%s", (text, expected) => {
    expect(readTime(text, bogota)?.toISOString()).toBe(expected);
  });

  test.each([
    "",
    "--",
    "ayer",
    "31/02/2022",
    "2022-13-01",
    "30 Feb 2022",
    "14/02/2022 25:00",
    "14/02/2022 10:61",
    "14/02/2022 15:14 EST?",
    "14 foo 2022",
    "0001-01-01",
    "14/02/1822",
    "3175550101",
    "99999999999999",
    "2022-02-14T15:14:00Z; drop table contacts",
  ])("no date: %s", (text) => {
    expect(readTime(text, bogota)).toBeUndefined();
  });
});

test.each(["1", "14 ", "mar, ", "(", "\u0301"])("%j a hundred thousand times is no date", (piece) => {
  expect(readTime(piece.repeat(100_000), bogota)).toBeUndefined();
});

describe("daylight saving", () => {
  test.each([
    // Madrid went from UTC+1 to UTC+2 at 02:00 on 27 March 2022 and back at 03:00 on 30 October.
    ["Europe/Madrid", "2022-03-27 01:59", "2022-03-27T00:59:00.000Z"],
    ["Europe/Madrid", "2022-03-27 02:30", "2022-03-27T01:30:00.000Z"],
    ["Europe/Madrid", "2022-03-27 03:00", "2022-03-27T01:00:00.000Z"],
    ["Europe/Madrid", "2022-10-30 01:59", "2022-10-29T23:59:00.000Z"],
    ["Europe/Madrid", "2022-10-30 02:30", "2022-10-30T00:30:00.000Z"],
    ["Europe/Madrid", "2022-10-30 03:00", "2022-10-30T02:00:00.000Z"],
    // Santiago skipped midnight: from UTC-4 to UTC-3 at 00:00 on 11 September 2022.
    ["America/Santiago", "2022-09-10 23:59", "2022-09-11T03:59:00.000Z"],
    ["America/Santiago", "2022-09-11", "2022-09-11T04:00:00.000Z"],
    ["America/Santiago", "2022-09-11 01:00", "2022-09-11T04:00:00.000Z"],
    ["America/Santiago", "2022-04-02 23:30", "2022-04-03T02:30:00.000Z"],
    ["America/Santiago", "2022-07-01 12:00", "2022-07-01T16:00:00.000Z"],
    ["America/Bogota", "2022-03-27 02:30", "2022-03-27T07:30:00.000Z"],
  ])("%s %s", (timeZone, text, expected) => {
    expect(readTime(text, { timeZone, dayFirst: true })?.toISOString()).toBe(expected);
  });

  test("an unknown zone is the caller's mistake", () => {
    expect(() => readTime("2022-03-27 02:30", { timeZone: "Mars/Base", dayFirst: true })).toThrow(RangeError);
  });
});

describe("day or month first", () => {
  test.each([
    [["03/02/2022", "14/02/2022"], false, true],
    [["03/02/2022", "02/14/2022"], true, false],
    [["03/02/2022"], true, true],
    [["03/02/2022"], false, false],
    [["13/02/2022", "02/13/2022"], true, true],
    [["2022-02-14", "--", "x"], false, false],
  ])("%j, otherwise %s", (values, fallback, expected) => {
    expect(dayComesFirst(values, fallback)).toBe(expected);
  });
  test("month first where asked", () => {
    expect(readTime("03/02/2022", { timeZone: "UTC", dayFirst: false })?.toISOString()).toBe(
      "2022-03-02T00:00:00.000Z",
    );
  });
});
