import { typingErrorOf } from "./address-doubts.ts";
import { isRoleAddress } from "./role-address.ts";

export type RowDoubt = {
  code: "typing-error" | "role-address" | "unreadable-phone" | "date-out-of-range";
  value: string;
};

const DAY = 86_400_000;
/** No mailer that we read wrote reports before. */
const firstDate = Date.UTC(2000, 0, 1);

const times = ["sent_at", "opened_at", "clicked_at", "bounced_at", "auto_replied_at", "delivered_at"] as const;

function oddTime(row: Row, now: number): Date | undefined {
  for (const field of times) {
    const time = row[field]?.getTime();
    if (time !== undefined && (time > now + DAY || time < firstDate)) return row[field];
  }
  return undefined;
}

const meantDomains = new Map<string, string | null>();

function meantBy(domain: string): string | null {
  const known = meantDomains.get(domain);
  if (known !== undefined) return known;
  if (meantDomains.size > 20_000) meantDomains.clear();
  const meant = typingErrorOf(domain) ?? null;
  // Letter by letter anew: what is cut from a file's text keeps all of that text alive.
  meantDomains.set(Array.from(domain).join(""), meant);
  return meant;
}

type Row = { email_key: string; phone?: string; phone_e164?: string } & { [time in (typeof times)[number]]?: Date };

/** What somebody should look at in a row that was read, before it is imported; undefined where there is nothing. `now` in milliseconds. */
export function rowDoubts(row: Row, now: number): RowDoubt[] | undefined {
  const meant = meantBy(row.email_key.slice(row.email_key.indexOf("@") + 1));
  const isRole = isRoleAddress(row.email_key);
  const isUnreadable = row.phone !== undefined && row.phone_e164 === undefined;
  const odd = oddTime(row, now);
  if (!meant && !isRole && !isUnreadable && !odd) return undefined;
  const doubts: RowDoubt[] = [];
  if (meant) doubts.push({ code: "typing-error", value: `${row.email_key} → ${meant}` });
  if (isRole) doubts.push({ code: "role-address", value: row.email_key });
  if (isUnreadable) doubts.push({ code: "unreadable-phone", value: row.phone ?? "" });
  if (odd) doubts.push({ code: "date-out-of-range", value: odd.toISOString() });
  return doubts;
}
