import { useRouteLoaderData } from "@remix-run/react";
import type { loader } from "#app/root.tsx";

const made = new Map<string, ReturnType<typeof makeFormatter>>();

/**
 * Numbers, rates and times by Intl, in the page's language, the organisation's country and its time zone. One for all who ask for
 * the same: a page of fifty rows spent a tenth of a second making one for each.
 */
export function formatter(locale: string, timeZone: string) {
  const key = `${locale} ${timeZone}`;
  const known = made.get(key);
  if (known) return known;
  const format = makeFormatter(locale, timeZone);
  made.set(key, format);
  return format;
}

// Hours are 0–23: engines disagree about the spaces around "p. m.", and a page must read the same on both sides.
function makeFormatter(locale: string, timeZone: string) {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const date = format({ day: "numeric", month: "short", year: "numeric" });
  const day = format({ weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  const dateTime = format({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const number = new Intl.NumberFormat(locale);
  const plain = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 2 });
  // Sweden writes ISO 8601.
  const local = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const percent = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const whole = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const rough = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  const unit = (unit: string, digits = 1) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits });
  const [kilobytes, megabytes, gigabytes] = [unit("kilobyte"), unit("megabyte"), unit("gigabyte")];
  const [seconds, minutes, hours] = [unit("second", 0), unit("minute", 0), unit("hour")];
  const bytes = (value: number) => {
    const text =
      value < 2 ** 20
        ? kilobytes.format(value > 0 ? Math.max(value / 2 ** 10, 0.1) : 0)
        : value < 2 ** 30
          ? megabytes.format(value / 2 ** 20)
          : gigabytes.format(value / 2 ** 30);
    return plainSpaces(text);
  };
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return {
    locale,
    timeZone,
    number: (value: number) => number.format(value),
    /** For a text field: 1234.5 → "1234,5", without marks between thousands. */
    plain: (value: number) => plain.format(value),
    /** For `<input type="datetime-local">`: "2022-02-14T15:14" by the organisation's clock. */
    local: (value: Date | string) => local.format(new Date(value)).replace(" ", "T"),
    /** 0.034 → "3,4 %" */
    percent: (share: number) => plainSpaces(percent.format(share)),
    /** How far something is: 0.434 → "43 %" */
    share: (share: number) => plainSpaces(whole.format(share)),
    /** A speed, as exactly as one can follow it: 12345 → "12.000" */
    rough: (value: number) => rough.format(value),
    /** A file's size: 123456 → "120,6 kB" */
    bytes,
    /** How long something will take, in seconds: 12 → "12 s", 200 → "3 min" */
    duration: (value: number) =>
      plainSpaces(
        value < 90
          ? seconds.format(Math.max(1, Math.ceil(value)))
          : value < 5_400
            ? minutes.format(Math.round(value / 60))
            : hours.format(value / 3_600),
      ),
    /** A day of the calendar, YYYY-MM-DD, in no zone. */
    day: (value: string) => plainSpaces(day.format(new Date(value))),
    date: (value: Date | string) => plainSpaces(date.format(new Date(value))),
    dateTime: (value: Date | string) => plainSpaces(dateTime.format(new Date(value))),
    time: (value: Date | string) => plainSpaces(time.format(new Date(value))),
    /** "hace 5 minutos", "in 2 days": against the moment given. */
    relative: (value: Date | string, now: Date) => {
      const minutes = Math.round((new Date(value).getTime() - now.getTime()) / 60_000);
      if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
      if (Math.abs(minutes) < 48 * 60) return relative.format(Math.round(minutes / 60), "hour");
      return relative.format(Math.round(minutes / 1440), "day");
    },
  };
}

const plainSpaces = (text: string) => text.replaceAll("\u202f", "\u00a0");

/** The formatter of this page. */
export function useFormat() {
  const root = useRouteLoaderData<typeof loader>("root");
  const locale = root?.locale ?? "es-CO";
  const timeZone = root?.timeZone ?? "America/Bogota";
  return formatter(locale, timeZone);
}
