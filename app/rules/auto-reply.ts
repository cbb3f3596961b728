import { dayNumber, isoDay } from "./auto-reply/calendar.ts";
import { findNewAddress, findOthers, type OtherContact } from "./auto-reply/other-contacts.ts";
import { type ReplyText, readPlainText } from "./auto-reply/plain-text.ts";
import { returnDayIn } from "./auto-reply/return-date.ts";
import { hasLeft, isClosing } from "./auto-reply/wordings.ts";
import { wallClock } from "./wall-clock.ts";

export type ReplyContext = {
  repliedAt: Date;
  /** The organisation's, an IANA name: whose day "today" is. */
  timeZone: string;
  /** Whose auto-reply it is. */
  email: string;
  /** The organisation's, ISO 3166-1 alpha-2: for phones without a country code, and for the order of day and month. */
  country: string;
  /** Whether 05/06 is the 5th of June; where it isn't said, everywhere but in the US. */
  dayFirst?: boolean;
};

export type ReplyNews = {
  /** YYYY-MM-DD, from the day of the reply on: when they say to be back, or else the first working day (Monday to Friday) after their absence. */
  backOn?: string;
  /** They work there no more, have retired or died. */
  left?: boolean;
  /** The account is closed, about to be, or was changed for another; or the whole company has closed. */
  closing?: boolean;
  /** Their own new address, in lower case. */
  newAddress?: string;
  /** Whom else to write to or to phone, in the text's order: an office, a colleague, or a phone of their own for urgent cases. */
  others: OtherContact[];
};

/**
 * What an auto-reply tells beside that a machine answered, in Spanish, English, Portuguese or French. `text` is its subject, body or both, whole or cut
 * off; mail that it quotes is not read, nor what comes after 20,000 characters. A day without a year is the first such day from the reply on, within 11 months ("back in March" is
 * its first working day); days that are past tell nothing.
 *
 * For texts that are known as auto-replies: of a person's answer it would say the same. No text makes it throw, a time zone that is none does
 * (RangeError); its time grows with the text's length.
 */
export function whatReplyTells(text: string, context: ReplyContext): ReplyNews {
  const { repliedAt, timeZone, email, country, dayFirst = country !== "US" } = context;
  const read = readPlainText(text);
  const today = dayNumber(wallClock(repliedAt, timeZone));
  const news: ReplyNews = { others: [] };

  const back = returnDayIn(read.folded, today, dayFirst);
  if (back !== undefined) news.backOn = isoDay(back);
  Object.assign(news, changesIn(read, email));
  news.others = findOthers(read, { email, country, newAddress: news.newAddress });
  return news;
}

/** Whether an auto-reply is worth a call: somebody has left, an account closes, or has another address. As `whatReplyTells`, and faster. */
export function needsCall(text: string, email: string): boolean {
  return Object.keys(changesIn(readPlainText(text), email)).length > 0;
}

function changesIn(read: ReplyText, email: string): Pick<ReplyNews, "left" | "closing" | "newAddress"> {
  const changes: ReturnType<typeof changesIn> = {};
  if (hasLeft.test(read.folded)) changes.left = true;
  if (isClosing.test(read.folded)) changes.closing = true;
  const newAddress = findNewAddress(read, email, Boolean(changes.left || changes.closing));
  if (newAddress !== undefined) changes.newAddress = newAddress;
  return changes;
}
