const monthNames: Record<string, number> = {};
for (const [index, names] of [
  "jan january ene enero",
  "feb february febrero",
  "mar march marzo",
  "apr april abr abril",
  "may mayo",
  "jun june junio",
  "jul july julio",
  "aug august ago agosto",
  "sep sept september set septiembre setiembre",
  "oct october octubre",
  "nov november noviembre",
  "dec december dic diciembre",
].entries()) {
  for (const name of names.split(" ")) monthNames[name] = index + 1;
}

/** Every way a date may begin; matched against text in lower case, without accents, weekday, commas and "de". */
const dateForms = [
  /^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?!\d)/,
  /^(?<day>\d{1,2})(?:st|nd|rd|th)?[ \-/.]{1,2}(?<month>[a-z]{3,10})[ \-/.]{1,2}(?<year>\d{4}|\d{2})(?!\d)/,
  /^(?<month>[a-z]{3,10})\.? (?<day>\d{1,2})(?:st|nd|rd|th)? (?<year>\d{4})(?!\d)/,
  /^(?<first>\d{1,2})(?<mark>[-/.])(?<second>\d{1,2})\k<mark>(?<year>\d{4}|\d{2})(?!\d)/,
];
const timeForm =
  /^[ t](?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)? ?(?<half>am|pm)? ?(?<zone>z|(?:utc|gmt)?(?:[+-]\d{1,2}(?::?\d{2})?)?|(?<offset>[+-]\d{4}) (?:[a-z]{3,5}|[+-]\d{2}))$/;
const numericDate = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}(?!\d)/;
// "mar" is Tuesday in "mar, 1 mar 2022" and March in "mar 5, 2022": a weekday has a day and its month after it.
const weekday =
  /^(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mie|jue|vie|sab|dom)[a-z]*[.,]{0,2} (?=\d{1,2}(?: de)?[ \-/.][a-z]|\d{1,4}[-/.]\d|[a-z]{3})/;

/** Whose clock a time without a zone is read by, and whether 03/02 is the third of February. */
export interface DateReading {
  /** IANA name. */
  timeZone: string;
  dayFirst: boolean;
}

/** From 2001 to 2033: no phone in the Americas begins with 1. */
const epochSeconds = /^1\d{9}(?:\.\d{1,9})?$/;

/**
 * A point in time out of a report's text: epoch milliseconds or seconds, ISO 8601, `02 Aug 2013, 12:39 PM`, `Feb 14, 2022 03:14 PM`,
 * `14/02/2022 15:14`, `14 de febrero de 2022`. Text without a zone is read in `timeZone`; a date alone is its midnight there. An hour that
 * daylight saving skips is read by the clock of before, one that comes twice as its first coming, as in ECMAScript's Temporal.
 * Undefined for what is no such date, or not between 1990 and 2100: callers warn and keep the row.
 * Throws a RangeError for a time zone that Intl doesn't know.
 */
export function readTime(text: string, { timeZone, dayFirst }: DateReading): Date | undefined {
  if (/^\d{12,13}$/.test(text)) return plausible(new Date(Number(text)));
  if (epochSeconds.test(text)) return new Date(Math.floor(Number(text) * 1000));
  if (text.length > 100) return undefined;
  const plain = plainDate(text);
  const date = dateForms.map((form) => form.exec(plain)).find(Boolean);
  if (!date?.groups) return undefined;
  const day = dayOf(date.groups, dayFirst);
  const rest = plain.slice(date[0].length);
  const clock = rest === "" ? {} : timeForm.exec(rest)?.groups;
  if (!day || !clock) return undefined;
  const time = timeOf(clock);
  if (time === undefined) return undefined;
  const wall = Date.UTC(day.year, day.month - 1, day.day) + time;
  if (!plausible(new Date(wall))) return undefined;
  return new Date(clock.zone ? wall - offsetOf(clock.offset ?? clock.zone) : instantOf(wall, timeZone));
}

/** Whether a column's numeric dates put the day first: settled by a number over 12 where there is one, else `fallback`. */
export function dayComesFirst(values: Iterable<string>, fallback: boolean): boolean {
  let first = false;
  let second = false;
  for (const value of values) {
    const [, one, two] = numericDate.exec(value.trim()) ?? [];
    first ||= Number(one) > 12;
    second ||= Number(two) > 12;
  }
  return first === second ? fallback : first;
}

function plainDate(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/\([^)]*\)$/, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(weekday, "")
    .replace(/,(?= |\d{4}(?!\d)|$)/g, " ")
    .replace(/ (?:de|del|at|a las?|-) /g, " ")
    .replace(/ +/g, " ")
    .replace(/([ap])\.? ?m\.?(?= |$)/, "$1m")
    .trim();
}

function dayOf(groups: Record<string, string>, dayFirst: boolean) {
  const year = Number(groups.year) + (groups.year?.length === 2 ? 2000 : 0);
  let month = monthNames[groups.month ?? ""] ?? Number(groups.month);
  let day = Number(groups.day);
  if (groups.first) {
    const numbers = [Number(groups.first), Number(groups.second)] as const;
    const isDayFirst = numbers[0] > 12 || (dayFirst && numbers[1] <= 12);
    [day, month] = isDayFirst ? numbers : [numbers[1], numbers[0]];
  }
  // Date rolls 31 February over into March.
  const exists = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month >= 1 && month <= 12;
  return exists ? { year, month, day } : undefined;
}

function timeOf(groups: Record<string, string | undefined>): number | undefined {
  let hour = Number(groups.hour ?? 0);
  const minute = Number(groups.minute ?? 0);
  const second = Number(groups.second ?? 0);
  if (groups.half === "pm" && hour < 12) hour += 12;
  else if (groups.half === "am" && hour === 12) hour = 0;
  else if (groups.half === "am" && hour > 12) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(Number(`0.${groups.fraction ?? 0}`) * 1000);
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

function plausible(date: Date): Date | undefined {
  const year = date.getUTCFullYear();
  return year >= 1990 && year <= 2100 ? date : undefined;
}

const day = 86_400_000;

function instantOf(wall: number, timeZone: string): number {
  const before = zoneOffset(wall - day, timeZone);
  const after = zoneOffset(wall + day, timeZone);
  for (const offset of [before, after]) {
    if (zoneOffset(wall - offset, timeZone) === offset) return wall - offset;
  }
  return wall - before;
}

const clocks = new Map<string, { format: Intl.DateTimeFormat; offsets: Map<number, number> }>();
const quarter = 900_000;

function zoneOffset(instant: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    clock = { format, offsets: new Map() };
    clocks.set(timeZone, clock);
  }
  // Intl takes microseconds, a file has a million times; clocks change on the quarter of an hour since 1972.
  const start = Math.floor(instant / quarter) * quarter;
  let offset = clock.offsets.get(start);
  if (offset === undefined) {
    const part: Record<string, number> = {};
    for (const { type, value } of clock.format.formatToParts(start)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
    if (clock.offsets.size > 50_000) clock.offsets.clear();
    clock.offsets.set(start, offset);
  }
  return offset;
}
