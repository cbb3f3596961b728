const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock in `timeZone` (IANA name) shows at `moment`: a Date whose UTC fields are those of that clock, to the minute. */
export function wallClock(moment: Date, timeZone: string): Date {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    clocks.set(timeZone, clock);
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clock.formatToParts(moment)) part[type] = Number(value);
  return new Date(Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute));
}

/**
 * The moment at which a clock in `timeZone` shows `wall` (read by its UTC fields, as `wallClock` answers).
 * An hour that daylight saving skips is read by the clock of before, one that comes twice is its first coming.
 */
export function momentOf(wall: Date, timeZone: string): Date {
  const day = 86_400_000;
  const offsets = [-day, day].map((shift) => {
    const near = new Date(wall.getTime() + shift);
    return wallClock(near, timeZone).getTime() - Math.floor(near.getTime() / 60_000) * 60_000;
  });
  for (const offset of offsets) {
    const moment = new Date(wall.getTime() - offset);
    if (wallClock(moment, timeZone).getTime() === Math.floor(wall.getTime() / 60_000) * 60_000) return moment;
  }
  return new Date(wall.getTime() - (offsets[0] ?? 0));
}
