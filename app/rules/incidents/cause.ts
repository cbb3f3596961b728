import type { VerdictCategory } from "#db/schema.ts";
import { withoutPrefix } from "../verdict/short-reasons.ts";
import { blocklists } from "./blocklists.ts";

/** How we prove who we are: what each check is called in a reason. */
export const proofs = {
  spf: /\bspf\b|\b5\.7\.23\b|sender policy framework/,
  dkim: /\bdkim\b|\b5\.7\.2[0-2]\b|domainkeys/,
  dmarc: /\bdmarc\b|\b5\.7\.509\b/,
  "reverse-dns":
    /reverse[ -]?dns|reverse (?:lookup|hostname|record|mapping|pointer)|\brdns\b|\bptr\b|\b[45]\.7\.25\b|cannot find your (?:reverse )?hostname/,
  tls: /\bstarttls\b|\btls\b|\bssl\b/,
};
export type Proof = keyof typeof proofs;

/** As much of a reason as is looked at: what a server says stands at its beginning. */
const longest = 1_000;
const mostWords = 16;
/** What an index can hold, in any script. */
const longestCause = 200;

/** A reason for finding names in: without case, and without the recipient's server, which only happens to be called so. */
export const namesIn = (reason: string): string =>
  reason
    .slice(0, longest)
    .toLowerCase()
    .replace(/\bhost\s+\S+(?=\s+(?:said|refused|did)\b)/g, "");

/** Most reasons name none: asked first. */
const anyList = new RegExp(blocklists.map(({ words }) => words.source).join("|"));

export const listsNamed = (reason: string) => {
  const text = namesIn(reason);
  return anyList.test(text) ? blocklists.filter(({ words }) => words.test(text)) : [];
};

export const proofsNamed = (reason: string): Proof[] => {
  const text = namesIn(reason);
  return (Object.keys(proofs) as Proof[]).filter((proof) => proofs[proof].test(text));
};

/**
 * What a refusal of us has in common with others of its category: the blocklist or the proofs that it names, however each server words
 * that; else its words without what changes from mail to mail. Each reason's own, so that no other bounce can change it.
 */
export function causeOf(category: VerdictCategory, reason: string): string {
  const [list] = category === "sender-blocked" || category === "spam-content" ? listsNamed(reason) : [];
  if (list) return `list ${list.id}`;
  const named = category === "sender-auth" ? proofsNamed(reason) : [];
  return named.length > 0 ? `proof ${named.join(" ")}` : commonText(reason);
}

// What dates are made of, without those that are more often words ("may", "sun", "mar"), and what says nothing.
const passing = new Set(
  (
    "smtp esmtp gmt utc est edt cst pst pdt cet cest cot bst mon tue wed thu fri jan feb mar apr jun jul aug sep sept oct nov dec " +
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december " +
    "lun mie jue vie ene abr ago dic lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto " +
    "septiembre octubre noviembre diciembre"
  ).split(" "),
);

/**
 * A reason's first words without what changes from mail to mail: addresses, host names, numbers, ids and queue numbers, dates, and of a URL all but
 * its site. Case, accents, punctuation and the word that a cut broke off don't count. The codes, where there is no word.
 */
export function commonText(reason: string): string {
  const text = withoutPrefix(reason).slice(0, longest).normalize("NFKC");
  const isCut = text.length === longest || /(?:\.{3}|…)\s*$/.test(text);
  const tokens = text.split(/[\s,;()<>[\]{}"'«»“”]+/).filter(Boolean);
  const words: string[] = [];
  for (const token of tokens) {
    if (token.includes("@")) continue;
    const site = /^(?:https?:\/\/|www\.)([^/?#:]+)/i.exec(token)?.[1];
    if (site) words.push(...site.toLowerCase().split(".").slice(-2));
    else words.push(...token.split(/[^\p{L}\p{M}\p{N}.-]+/u).flatMap(plainWords));
  }
  if (isCut && words.length > 1) words.pop();
  const common = words.slice(0, mostWords).join(" ").slice(0, longestCause);
  return common || (text.match(/\b[245](?:\d\d|\.\d{1,3}\.\d{1,3})\b/g) ?? []).slice(0, 3).join(" ") || "-";
}

function plainWords(piece: string): string[] {
  const trimmed = piece.replace(/^[.-]+|[.-]+$/g, "");
  // A number, a code, an id; "mx.example.com", but not "failed.Please".
  if (trimmed === "" || /\p{N}/u.test(trimmed) || /^[a-z-]+(?:\.[a-z-]+)+$/.test(trimmed)) return [];
  return trimmed
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .split(/[.-]+/)
    .filter((word) => word !== "" && !passing.has(word));
}
