import { SSF } from "@e965/xlsx";

const day = 86_400;
/** 9999-12-31, the last day that Excel knows. */
const lastDay = 2_958_465;

/**
 * A number of a workbook as the text that an import needs, by its number format: dates and times as ISO 8601 without a zone
 * (`2026-02-14T15:14:00`, `2026-02-14`, `15:14:00`), percentages as `7.6%`, what is formatted as something to dial or to look up
 * (`0000000000`) as formatted, all else whole and plain: 3001234567, however narrow its column.
 */
export function numberCell(value: number, format = "General", is1904 = false): string {
  if (!Number.isFinite(value)) return "";
  const { kind, code } = judgementOf(format);
  if (kind === "date") return dateText(value, is1904) ?? plainNumber(value);
  if (kind === "percent") return `${plainNumber(value * 100)}%`;
  const shown = kind === "shown" || kind === "duration" ? formatted(value, code) : undefined;
  if (kind === "duration") return shown ?? plainNumber(value);
  return shown !== undefined && isDialled(shown, value) ? shown : plainNumber(value);
}

/** Excel keeps 15 digits; the others are noise (0.1 + 0.2). */
export function plainNumber(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? String(value + 0) : BigInt(value).toString();
  return String(Number(value.toPrecision(15)));
}

/** Whether what is shown for a number says more than its digits: zeros in front, a plus sign, groups as in a phone number. */
export function isDialled(shown: string, value: number): boolean {
  if (!/^[+(]?\d[\d\s()/-]*$/.test(shown) || Number(shown.replace(/\D/g, "")) !== value) return false;
  return /^(?:0\d|[+(])|\d[ -]+[\d(]/.test(shown);
}

const builtinFormats = new Map([
  [9, "0%"],
  [10, "0.00%"],
  [14, "m/d/yy"],
  [15, "d-mmm-yy"],
  [16, "d-mmm"],
  [17, "mmm-yy"],
  [18, "h:mm AM/PM"],
  [19, "h:mm:ss AM/PM"],
  [20, "h:mm"],
  [21, "h:mm:ss"],
  [22, "m/d/yy h:mm"],
  [45, "mm:ss"],
  [46, "[h]:mm:ss"],
  [47, "mm:ss.0"],
]);

/** A number format that files use without naming it (ECMA-376 part 1, 18.8.30), where it matters here; 27 to 58 are dates of Asia. */
export function builtinFormat(number: number): string | undefined {
  const isAsian = (number >= 27 && number <= 36) || (number >= 50 && number <= 58);
  return builtinFormats.get(number) ?? (isAsian ? "m/d/yy" : undefined);
}

export function booleanCell(value: boolean): string {
  return value ? "TRUE" : "FALSE";
}

/** A date as XML formats write it, without zone and fractions of a second; midnight is no time. Undefined for what is none. */
export function isoCell(text: string): string | undefined {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?))?/.exec(text.trim()) ?? [];
  if (!date) return undefined;
  if (!time || /^00:00(?::00)?$/.test(time)) return date;
  return `${date}T${time.length === 5 ? `${time}:00` : time}`;
}

/** Days since the start of 1900, with a 29 February 1900 that never was ([MS-OI29500] 2.1.739), or of 1904. */
function dateText(serial: number, is1904: boolean): string | undefined {
  const seconds = Math.round(serial * day);
  const days = Math.floor(seconds / day);
  if (days < 0 || days > lastDay) return undefined;
  const rest = seconds % day;
  const time = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(twoDigits).join(":");
  if (days === 0) return time;
  const start = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  const date = new Date(start + days * day * 1000).toISOString().slice(0, 10);
  return rest === 0 ? date : `${date}T${time}`;
}

const twoDigits = (number: number) => String(number).padStart(2, "0");

type FormatKind = "plain" | "date" | "duration" | "percent" | "shown";
type Judgement = { kind: FormatKind; code: string };
const judgements = new Map<string, Judgement>();

function judgementOf(format: string): Judgement {
  let judgement = judgements.get(format);
  if (!judgement) {
    // A language alone (`[$-240A]`) is no sign of a currency, which SSF would show as "$".
    const code = format.replace(/\[\$-[^\]]*\]/g, "");
    judgement = { kind: judgeFormat(code), code };
    if (judgements.size < 1000) judgements.set(format, judgement);
  }
  return judgement;
}

function judgeFormat(format: string): FormatKind {
  if (/^general$/i.test(format) || format.length > 255) return "plain";
  const bare = format.replace(/"[^"]*"|\\.|_./g, (part) => (/^\\[-+() ]$/.test(part) ? (part[1] ?? "") : ""));
  if (/\[(?:h+|m+|s+)\]/i.test(bare)) return "duration";
  if (SSF.is_date(format)) return "date";
  if (bare.includes("%")) return "percent";
  return !/[.,?@E]/.test(bare) && /00|[-+() ]/.test(bare) ? "shown" : "plain";
}

function formatted(value: number, format: string): string | undefined {
  try {
    return String(SSF.format(format, value)).trim();
  } catch {
    return undefined;
  }
}
