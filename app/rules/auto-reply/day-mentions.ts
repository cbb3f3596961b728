// Days as people write them in Spanish, English, Portuguese and French; on text without case and accents.
import { dayIn, firstWeekday, monthOf, weekdayOf, workingDay, yearOf } from "./calendar.ts";

/** A day that a text names, and where: from `start` to before `end`. */
export type DayMention = {
  start: number;
  end: number;
  /** Undefined where the day is past, too far away, or no day ("31 February"). */
  day: number | undefined;
  /** The last of several: "3 al 15 de enero", "January 3-15". */
  isStretch: boolean;
  /** Only a month, or its end: the first working day of it, or after it. */
  isMonth: boolean;
};

/** What is said of a day, as it is said. */
type Point = {
  start: number;
  end: number;
  day?: number;
  month?: number;
  year?: number;
  /** 0 is Sunday. */
  weekday?: number;
  /** Two numbers of which either may be the month, the other way round. */
  swapped?: { day: number; month: number };
  /** "end of March": the first day after it. */
  isMonthEnd?: boolean;
  /** "next Monday" is not today. */
  isNext?: boolean;
  relative?: "tomorrow" | "next week";
  /** "el 15", "the 15th": a number that is a day, even alone. */
  isDay?: boolean;
};

const months = numbersOf(
  [
    "enero ene january jan janeiro janvier janv",
    "febrero feb february fevereiro fev fevrier fevr",
    "marzo mar march marco mars",
    "abril abr april apr avril avr",
    "mayo may maio mai",
    "junio jun june junho juin",
    "julio jul july julho juillet juil",
    "agosto ago august aug aout",
    "septiembre setiembre sept sep september set setembro septembre",
    "octubre oct october outubro out octobre",
    "noviembre nov november novembro novembre",
    "diciembre dic december dec dezembro dez decembre",
  ],
  1,
);
const weekdays = numbersOf(
  [
    "domingo dom sunday sun dimanche dim",
    "lunes lun monday mon segunda seg lundi",
    "martes mar tuesday tues tue terca ter mardi",
    "miercoles mier mie wednesday wed quarta qua mercredi mer",
    "jueves jue thursday thurs thur thu quinta qui jeudi jeu",
    "viernes vie friday fri sexta sex vendredi ven",
    "sabado sab saturday sat samedi sam",
  ],
  0,
);

function numbersOf(lists: string[], first: number): Map<string, number> {
  return new Map(lists.flatMap((names, index) => names.split(" ").map((name) => [name, index + first] as const)));
}

const anyOf = (names: Iterable<string>) => [...names].sort((a, b) => b.length - a.length).join("|");
const isShort = (name: string) => name.length < 5 || name === "thurs";
const wholeWeekdays = [...weekdays.keys()].filter((name) => !isShort(name));
/** Every weekday's whole name, as a part of a pattern. */
export const weekdayNames = anyOf(wholeWeekdays);
const wholeMonths = anyOf([...months.keys()].filter((name) => !/^(?:may|\w{3}|janv|juil|fevr|sept)$/.test(name)));
// Before a number the others are other words: "out 15".
const leadingMonths = anyOf([...months.keys()].filter((name) => !/^(?:ago|dez|fev|mai|out|set)$/.test(name)));

const lead = `(?:(?:(?:(?:the|el|la|na|no) )?(?:next|this|coming|proxim[oa]|este|esta) )?(?<lead>${anyOf(weekdays.keys())})(?:[- ]feira)?\\.?,? (?:(?:the|el|le|o|dia) ){0,2})?`;
const article = "(?<article>(?:the|el|le|al|del|au|du|do|ao|o|no|los|dia|dias) (?:(?:dia|dias|jour) )?)?";
const dayNumber = "(?<day>\\d{1,2}|primero|first|premier|primeiro)(?<ordinal>st|nd|rd|th|er|ro|[ºª°])?";
const yearAfter = "(?:,? ?(?:(?:de|del|do|of) )?(?<year>20\\d\\d)(?!\\d))?";
const noAmount =
  "(?! ?(?:[:%]|(?:h|hrs?|horas?|hours?|heures?|a\\.? ?m|p\\.? ?m|min|minut\\w*|dias?|days?|jours?|semanas?|weeks?|semaines?|anos?|years?)(?![a-z])))";
const part =
  "(?:the |el |la |o |a |le )?(?<monthEnd>(?:the )?end of|final(?:es)? de|fin(?:es)? de|fim de|(?:la )?fin(?: du mois)? d[e'])?";

/** Ways to write a day; the first that fits counts. */
const ways = [
  `${lead}(?<year>20\\d\\d)[-/.](?<month>\\d{1,2})[-/.](?<day>\\d{1,2})(?!\\d)`,
  `${lead}${article}(?<one>\\d{1,2}) ?(?<sign>[-/.]) ?(?<two>\\d{1,2}) ?\\k<sign> ?(?<year>20\\d\\d|\\d\\d)(?!\\d|[-/.]\\d)`,
  `${lead}${article}(?!24/7)(?<one>\\d{1,2})/(?<two>\\d{1,2})(?!\\d|/)`,
  `${lead}${article}(?<one>\\d{1,2})(?<sign>\\.)(?<two>\\d{1,2})\\.(?!\\d)`,
  `${lead}${article}${dayNumber}(?: ?[-/.] ?| )(?:(?:de|del|do|of) )?(?:mes de )?(?<monthName>${anyOf(months.keys())})(?![a-z])\\.?(?:[-/](?<shortYear>\\d\\d)(?!\\d))?[-/]?${yearAfter}`,
  `${lead}(?<monthName>${leadingMonths})\\.? (?:the )?${dayNumber}(?![\\d/a-z])${noAmount}${yearAfter}`,
  `${part} ?(?:(?:early|mid|principios|mediados|inicios|comienzos|inicio|meados|debut)(?: de| of| in)?[- ])?(?<monthName>${wholeMonths})(?![a-z])${yearAfter}`,
  `${lead}${article}${dayNumber}(?![\\d/a-z-]|[.,]\\d)${noAmount}`,
  `(?<next>(?:next|this|coming|proximo|proxima|siguiente|este|esta|(?:el|la|na|no) prox\\w+) )?(?<weekday>${weekdayNames})(?:[- ]feira)?(?![a-z])(?! (?:semana|quinzena|vez))(?<next2> que viene| que vem| proxim[oa]| prochain)?`,
  "(?<!(?:la|de|por|en) )(?<tomorrow>tomorrow|manana|amanha|demain)(?![a-z]| (?:de|del|a) )",
  "(?<week>next week|(?:la )?(?:proxima|siguiente) semana|(?:la )?semana (?:que viene|que vem|proxima|siguiente)|la semaine prochaine)",
].map((way) => new RegExp(way, "y"));

const wordStart = /(?<![a-z0-9/.-]|\d[,:])[a-z0-9]/g;

const hour = "(?:,? ?(?:(?:at|a las?|as|a) )?\\d{1,2}(?:[:.h]\\d\\d)?(?::\\d\\d)? ?(?:[ap]\\.? ?m\\.?|hrs?|h|horas)?)?";
/** What stands between the ends of a stretch. */
const through = new RegExp(
  `${hour},? ?(?:- ?|(?:and )?(?:to|through|thru|until|till|til|hasta|al|a|ate|ao|au|(?<pair>y|e|and|et|&)) )(?:(?:and including|the|el|le|o|a|al|au) )?`,
  "y",
);

/**
 * The days that a text names, in its order. `today` is the reader's. A day without a year is the first such day from today on, within 11 months;
 * `dayFirst` tells what 05/06 means.
 */
export function findDays(text: string, today: number, dayFirst: boolean): DayMention[] {
  const found: DayMention[] = [];
  wordStart.lastIndex = 0;
  for (let match = wordStart.exec(text); match; match = wordStart.exec(text)) {
    const first = pointAt(text, match.index, dayFirst);
    if (!first) continue;
    const last = stretchFrom(text, first, dayFirst);
    const { start, end } = last ? { start: first.start, end: last.end } : first;
    if (isWeekdayOnly(first) && last) {
      // Monday to Friday are hours of work.
    } else if (last) {
      found.push({ start, end, day: lastDay(first, last, today), isStretch: true, isMonth: false });
    } else if (first.day === undefined || first.month !== undefined || first.isDay) {
      const isMonth = first.month !== undefined && first.day === undefined;
      found.push({ start, end, day: dayOf(first, today), isStretch: false, isMonth });
    }
    wordStart.lastIndex = end;
  }
  return found;
}

function pointAt(text: string, at: number, dayFirst: boolean): Point | undefined {
  for (const way of ways) {
    way.lastIndex = at;
    const said = way.exec(text)?.groups;
    if (said) return { ...pointOf(said, dayFirst), start: at, end: way.lastIndex };
  }
  return undefined;
}

function pointOf(said: Record<string, string | undefined>, dayFirst: boolean): Omit<Point, "start" | "end"> {
  const { year, shortYear, one, two } = said;
  const inYear = year?.length === 2 ? 2000 + Number(year) : year ? Number(year) : undefined;
  const point = {
    day: said.day && (Number(said.day) || 1),
    month: said.month ? Number(said.month) : months.get(said.monthName ?? ""),
    year: inYear ?? (shortYear ? 2000 + Number(shortYear) : undefined),
    weekday: weekdays.get(said.lead ?? said.weekday ?? ""),
    isMonthEnd: said.monthEnd !== undefined,
    isNext: said.next2 !== undefined || /next|coming|prox|siguiente/.test(said.next ?? ""),
    relative: said.tomorrow ? "tomorrow" : said.week ? "next week" : undefined,
    isDay: Boolean(said.article || said.ordinal || said.lead),
  } as Omit<Point, "start" | "end">;
  if (one === undefined || two === undefined) return point;
  const readings = [
    { day: Number(one), month: Number(two) },
    { day: Number(two), month: Number(one) },
  ].filter(({ month }) => month <= 12);
  if (!dayFirst && said.sign !== ".") readings.reverse();
  return { ...point, ...(readings[0] ?? { day: 0, month: 1 }), swapped: readings[1] };
}

const isWeekdayOnly = ({ day, weekday }: Point) => day === undefined && weekday !== undefined;

/** The last of several days that begin with `first`, with what the first tells of it. */
function stretchFrom(text: string, first: Point, dayFirst: boolean): Point | undefined {
  through.lastIndex = first.end;
  const between = through.exec(text);
  const last = between ? pointAt(text, through.lastIndex, dayFirst) : undefined;
  if (!between || !last) return undefined;
  if (isWeekdayOnly(first)) return isWeekdayOnly(last) ? last : undefined;
  if (first.day === undefined || last.day === undefined) return undefined;
  // "15 January and 3 February" are two days, "between" them or "15 and 16 January" are several.
  const isBetween = /(?:between|entre) (?:the |el |le |o )?$/.test(
    text.slice(Math.max(0, first.start - 14), first.start),
  );
  if (between.groups?.pair && !isBetween && first.month !== undefined) return undefined;
  // "del 3 al 15" are days by their articles; "de 8 a 17" are hours.
  const month = last.month ?? first.month;
  if (month === undefined && !(first.isDay && (last.isDay || /(?:al|ao|au|the|o|le) $/.test(between[0]))))
    return undefined;
  const isNextYear = first.month !== undefined && month !== undefined && month < first.month;
  const year = last.year ?? (first.year === undefined ? undefined : first.year + (isNextYear ? 1 : 0));
  return { ...last, month, year };
}

/** 11 months, and two: what is near enough for its weekday to be a slip. */
const far = 334;
const near = 62;

/** Who is away answers now: a stretch that begins only in months was last year's. */
function lastDay(first: Point, last: Point, today: number): number | undefined {
  const day = dayOf(last, today);
  if (day === undefined || last.year !== undefined) return day;
  const month = first.month ?? last.month ?? monthOf(day);
  const begins = [yearOf(day), yearOf(day) - 1].map((year) => dayIn(year, month, first.day ?? 1));
  const latest = begins.find((one) => one !== undefined && one <= day);
  return latest !== undefined && latest > today + near ? undefined : day;
}

function dayOf(point: Point, today: number): number | undefined {
  const { day, month, weekday } = point;
  if (point.relative) return point.relative === "tomorrow" ? today + 1 : firstWeekday(1, today + 1);
  if (month !== undefined && day !== undefined) return dayOfMonth(point, today);
  if (month !== undefined) {
    const begins = inYear(point, today, (year) => dayIn(year, month + (point.isMonthEnd ? 1 : 0), 1));
    return begins === undefined ? undefined : workingDay(begins);
  }
  if (day === undefined) {
    return weekday === undefined ? undefined : firstWeekday(weekday, today + (point.isNext ? 1 : 0));
  }
  return [0, 1, 2]
    .map((more) => dayIn(yearOf(today), monthOf(today) + more, day))
    .find((one) => one !== undefined && one >= today && (weekday === undefined || weekdayOf(one) === weekday));
}

/** Of two readings the one that falls on the weekday that was said, or else the usual one. */
function dayOfMonth(point: Point, today: number): number | undefined {
  const { day = 0, month = 0, year, weekday, swapped } = point;
  const [usual, other] = [{ day, month }, swapped].map((said) =>
    said ? inYear(point, today, (year) => dayIn(year, said.month, said.day)) : undefined,
  );
  const fits = (one: number | undefined) => one !== undefined && weekdayOf(one) === weekday;
  if (weekday === undefined || fits(usual) || usual === undefined) return usual;
  if (fits(other)) return other;
  // In another year the 15th was that weekday: an old text, unless it is soon.
  return year === undefined && usual > today + near ? undefined : usual;
}

/** In the year that was said, or else in the first in which it is not past. */
function inYear({ year }: Point, today: number, find: (year: number) => number | undefined): number | undefined {
  const years = year === undefined ? [yearOf(today), yearOf(today) + 1] : [year];
  const latest = today + (year === undefined ? far : 3 * 366);
  const found = years.map(find).find((day) => day !== undefined && day >= today);
  return found !== undefined && found <= latest ? found : undefined;
}
