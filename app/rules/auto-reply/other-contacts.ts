import { readPhone } from "../phone.ts";
import { nameIn } from "./names.ts";
import type { ReplyText } from "./plain-text.ts";
import {
  absence,
  asksToContact,
  hasLeft,
  isAboutData,
  isClosing,
  isNewAddress,
  isNobodysAddress,
  signOff,
} from "./wordings.ts";

/** At least one of address and phone is there. `email` in lower case, `phone` in E.164. */
export type OtherContact = { email?: string; phone?: string; name?: string };

type Found = { start: number; end: number; email?: string; phone?: string };

const address = /(?<![\w.+%'-])[\w.+%'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,6}\.[a-z]{2,24}(?![\w-])/gi;
const number = /(?<![\w@.+/-])(?:\+|\(|00)?\d[\d ().-]{5,20}\d(?![\w@]|[/.-]\d)/g;
const date = /^\d{1,4}([-. ])\d{1,2}\1\d{1,4}$/;

/** More are a list of the whole house, or somebody's attempt to keep us busy. */
const most = 10;
const mostNumbers = 50;

/**
 * Who else a reply names, in its order: an address and a phone that stand together are one contact, with the name before them. Left out: the
 * person's own address, addresses about privacy or unsubscribing, and what stands in the signature.
 */
export function findOthers(
  text: ReplyText,
  own: { email: string; newAddress?: string; country: string },
): OtherContact[] {
  const mine = new Set([own.email.trim().toLowerCase(), own.newAddress]);
  const signature = signatureOf(text.folded);
  const others: OtherContact[] = [];
  let current: OtherContact | undefined;
  let end = 0;
  for (const found of findAll(text, own.country)) {
    const { start, email, phone } = found;
    const from = Math.max(end, start - 120);
    end = found.end;
    if (email !== undefined && mine.has(email)) {
      current = undefined;
      continue;
    }
    const isAsked = asksToContact.test(before(text.folded, start, start > signature));
    const isBeside = current !== undefined && start - from <= 40 && !text.folded.slice(from, start).includes("|");
    if (email === undefined ? !isAsked && !isBeside : !isOther(text.folded, email, start)) continue;
    if (start > signature && !isAsked && !isBeside) continue;

    const name = nameIn(text, from, start) ?? nameBehind(text, found.end);
    const isSame = current && isBeside && name === undefined && !(email ? current.email : current.phone);
    if (!current || !isSame) {
      if (others.length >= most) break;
      current = {};
      others.push(current);
    }
    if (email) current.email = email;
    if (phone) current.phone = phone;
    if (name) current.name = name;
  }
  return merged(others);
}

/** The address that the person says to have now, in lower case. */
export function findNewAddress(text: ReplyText, email: string, isChanging: boolean): string | undefined {
  const own = email.trim().toLowerCase();
  const addresses = findAddresses(text).filter((one) => one.email !== own);
  let next = 0;
  for (const { index, 0: said } of text.folded.matchAll(isNewAddress)) {
    const end = index + said.length;
    while (next < addresses.length && (addresses[next]?.start ?? 0) < end) next++;
    const one = addresses[next];
    if (!one || one.start - end > 120 || !isOther(text.folded, one.email ?? "", one.start)) continue;
    // Who is named before it is somebody else.
    if (nameIn(text, end, one.start) === undefined) return one.email;
  }
  const name = own.slice(0, own.indexOf("@"));
  return isChanging ? addresses.find((one) => one.email?.startsWith(`${name}@`))?.email : undefined;
}

const findAddresses = ({ plain }: ReplyText): Found[] =>
  [...plain.matchAll(address)].map(({ index, 0: said }) => ({
    start: index,
    end: index + said.length,
    email: said.toLowerCase(),
  }));

function findAll(text: ReplyText, country: string): Found[] {
  const found = findAddresses(text);
  let tried = 0;
  for (const { index, 0: said } of text.plain.matchAll(number)) {
    if (date.test(said)) continue;
    if (++tried > mostNumbers) break;
    const phone = readPhone(said, country);
    if (phone) found.push({ start: index, end: index + said.length, phone });
  }
  return found.sort((a, b) => a.start - b.start);
}

/** What was said shortly before, or only in the same sentence. */
function before(folded: string, at: number, isSentence: boolean): string {
  const shortly = folded.slice(Math.max(0, at - 250), at);
  return isSentence ? shortly.slice(shortly.lastIndexOf("|") + 1) : shortly;
}

const isOther = (folded: string, email: string, at: number) =>
  !isNobodysAddress.test(email.slice(0, email.indexOf("@"))) && !isAboutData.test(before(folded, at, true));

function nameBehind(text: ReplyText, end: number): string | undefined {
  const inBrackets = /^>? ?\(([^)|]{2,60})\)/.exec(text.folded.slice(end, end + 70));
  return inBrackets ? nameIn(text, end, end + inBrackets[0].length) : undefined;
}

/** Where a text's signature begins: the first greeting after it has told something. */
function signatureOf(folded: string): number {
  const places = [absence, asksToContact, hasLeft, isClosing].map((words) => folded.search(words));
  const told = Math.min(...places.filter((at) => at >= 0));
  for (const { index } of folded.matchAll(signOff)) if (index > told) return index;
  return folded.length;
}

/** An address that is named again is the same contact. */
function merged(others: OtherContact[]): OtherContact[] {
  const known = new Map<string, OtherContact>();
  for (const one of others) {
    const key = one.email ?? one.phone ?? "";
    known.set(key, { ...one, ...known.get(key) });
  }
  return [...known.values()];
}
