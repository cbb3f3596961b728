// Calendar days as numbers: days since 1970-01-01.

const dayLength = 86_400_000;

/** Of a Date's UTC fields. */
export const dayNumber = (date: Date) => Math.floor(date.getTime() / dayLength);
/** YYYY-MM-DD */
export const isoDay = (day: number) => new Date(day * dayLength).toISOString().slice(0, 10);
export const yearOf = (day: number) => new Date(day * dayLength).getUTCFullYear();
/** 1 is January. */
export const monthOf = (day: number) => new Date(day * dayLength).getUTCMonth() + 1;
/** 0 is Sunday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number) => (((day + 4) % 7) + 7) % 7;
export const firstWeekday = (weekday: number, from: number) => from + ((weekday - weekdayOf(from) + 7) % 7);

/** Undefined for a 31st of February. Months after December are the next year's. */
export function dayIn(year: number, month: number, day: number): number | undefined {
  const first = dayNumber(new Date(Date.UTC(year, month - 1, 1)));
  const found = first + day - 1;
  return day >= 1 && monthOf(found) === monthOf(first) && day <= 31 ? found : undefined;
}

/** The day, or the Monday after it where it is a Saturday or Sunday. */
export function workingDay(day: number): number {
  const weekday = weekdayOf(day);
  return day + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
}
