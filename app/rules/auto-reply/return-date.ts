import { weekdayOf, workingDay } from "./calendar.ts";
import { type DayMention, findDays } from "./day-mentions.ts";
import { absence, answersAgain, isBack } from "./wordings.ts";

/** What stands right before a day. */
const until = link("until|till|til|through|thru|up to|hasta|ate|jusqu'?(?:au|a|en)?");
const after = link("after|despues de|despues del|luego del|luego de|tras|pasado|apos|depois de|depois do|apres");
const starting = link("from|since|starting|beginning|as of|effective|desde|a partir|a contar|des|depuis|partir");

function link(words: string): RegExp {
  return new RegExp(
    `(?<![a-z])(?:${words})(?: (?:and including|on|the|el|la|lo|o|a|as|ao|le|en|em|del|de|do|du|au|dia|fecha|this|este|esta|inclusive|about|around|approximately|,))* ?:? ?\\(?$`,
  );
}

type Kind = "stretch" | "until" | "after" | "starting" | "on";
/** `gap` = where what leads to the day begins. */
type Named = DayMention & { kind: Kind; gap: number };

/**
 * The day (since 1970-01-01) on which somebody says to be back. What is said of the return counts most; then what is said to come after a day; then
 * the last day of an absence, which makes it the next working day ("until Monday" is back on Monday: no absence ends with a Monday).
 */
export function returnDayIn(folded: string, today: number, dayFirst: boolean): number | undefined {
  const days = findDays(folded, today, dayFirst).map((mention) => named(folded, mention));
  const isAbsence = absence.test(folded);
  const said = backOn(folded, days, isBack) ?? (isAbsence ? backOn(folded, days, answersAgain) : undefined);
  if (said !== undefined) return said;
  if (!isAbsence) return undefined;
  for (const kind of ["after", "until", "stretch"] as const) {
    const last = days.find((one) => one.kind === kind && one.day !== undefined);
    if (last?.day !== undefined) return isFirstBack(last) ? last.day : workingDay(last.day + 1);
  }
  return undefined;
}

/** No absence ends with a Monday, and "until March" is not in March. */
const isFirstBack = ({ kind, day, isMonth }: Named) =>
  isMonth || (kind === "until" && day !== undefined && weekdayOf(day) === 1);

function named(folded: string, mention: DayMention): Named {
  const from = Math.max(0, mention.start - 40);
  const before = folded.slice(from, mention.start);
  const kinds: [Kind, RegExp][] = [
    ["until", until],
    ["after", after],
    ["starting", starting],
  ];
  for (const [kind, pattern] of kinds) {
    const at = before.search(pattern);
    if (at >= 0) return { ...mention, kind: mention.isStretch ? "stretch" : kind, gap: from + at };
  }
  return { ...mention, kind: mention.isStretch ? "stretch" : "on", gap: mention.start };
}

/** How far a day may be from the word that it belongs to, in characters. */
const reach = 90;
/** What may stand between a day and the word after it: "On 15 January I will be back". */
const leadsOn =
  /^,? ?(?:(?:i|we|will|ll|shall|be|am|yo|ya|me|nos|nuevamente|de|a|en|la|oficina|estare|estaremos|estoy|je|nous|serai|serons|suis|eu|estarei|estaremos|estou|vou|again) ?){0,6}$/;

function backOn(folded: string, days: Named[], word: RegExp): number | undefined {
  let next = 0;
  for (const { index, 0: said } of folded.matchAll(word)) {
    const end = index + said.length;
    while (next < days.length && (days[next]?.start ?? 0) < end) next++;
    const following = days.slice(next, next + 3).filter(({ gap }) => isOneSentence(folded, end, gap));
    const day = following.length > 0 ? dayAfter(end, following) : dayBefore(folded, index, days[next - 1]);
    if (day !== undefined) return day;
  }
  return undefined;
}

function dayAfter(end: number, following: Named[]): number | undefined {
  for (const { kind, gap, day } of following) {
    if (kind === "stretch") continue;
    if (kind === "after") return day === undefined ? undefined : workingDay(day + 1);
    // "I won't be back until the 15th"; further on it is the absence that lasts until then.
    return kind !== "until" || gap <= end + 1 ? day : undefined;
  }
  return undefined;
}

function dayBefore(folded: string, at: number, before: Named | undefined): number | undefined {
  if (!before || before.kind === "until" || before.kind === "stretch" || at - before.end > reach) return undefined;
  return leadsOn.test(folded.slice(before.end, at)) ? before.day : undefined;
}

const isOneSentence = (folded: string, from: number, to: number) =>
  to - from <= reach && !folded.slice(from, to).includes("|");
