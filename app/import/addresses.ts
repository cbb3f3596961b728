import { cellValue } from "./words.ts";

const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
const quotePairs = ['""', "''", "``", "“”", "‘’", "«»", "<>", "()", "[]"];
const localPart = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u;
const domainLabel = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;

/** ASCII alone, in small letters, every part well within its length: no other check would refuse it. */
const plainAddress =
  /^[a-z0-9_+&-]{1,20}(?:\.[a-z0-9_+&-]{1,20}){0,2}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z][a-z0-9-]{0,20}[a-z]$/;

/**
 * The e-mail address in a cell, `email` as it came (without `mailto:`, angle brackets, quotes and invisible characters
 * around it) and `email_key`, lower-cased, which is what addresses are compared by.
 */
export function readAddress(
  cell: string | undefined,
): { email: string; email_key: string } | { code: "no-address" | "malformed-address" | "several-addresses" } {
  // Nearly every cell of a file holds just this.
  if (cell && cell.length <= 254) {
    if (plainAddress.test(cell)) return { email: cell, email_key: cell };
    const email_key = cell.toLowerCase();
    if (plainAddress.test(email_key)) return { email: cell, email_key };
  }
  const email = bareAddress(cell ?? "");
  if (cellValue(email) === undefined) return { code: "no-address" };
  if (isAddress(email)) return { email, email_key: email.toLowerCase() };
  const parts = email.split(/[\s,;|/]+/, 20).map(bareAddress);
  return { code: parts.filter(isAddress).length > 1 ? "several-addresses" : "malformed-address" };
}

/**
 * Lengths as in RFC 5321 4.5.3.1 (counted in UTF-8 bytes); syntax as HTML's e-mail input has it, plus what every mail server asks for:
 * a dot in the domain, none doubled or at an edge of the local part. Letters of any script pass (RFC 6531).
 */
export function isAddress(text: string): boolean {
  if (text.length > 254 || Buffer.byteLength(text) > 254) return false;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (at < 1 || Buffer.byteLength(local) > 64 || !localPart.test(local)) return false;
  if (local.startsWith(".") || local.endsWith(".") || local.includes("..")) return false;
  const labels = domain.split(".");
  return (
    labels.length > 1 &&
    labels.every((label) => Buffer.byteLength(label) <= 63 && domainLabel.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

function bareAddress(cell: string): string {
  // Enough for any address with a display name around it; the rest of a huge cell isn't worth the walk.
  let text = cell.slice(0, 1000).replace(invisible, "").normalize("NFC").trim();
  const open = text.lastIndexOf("<");
  if (open >= 0 && text.endsWith(">")) text = text.slice(open + 1, -1).trim();
  for (let before = ""; before !== text; ) {
    before = text;
    const pair = (text[0] ?? "") + (text.at(-1) ?? "");
    if (text.length > 1 && quotePairs.includes(pair)) text = text.slice(1, -1).trim();
    if (/^mailto:/i.test(text)) text = (text.slice(7).split("?", 1)[0] ?? "").trim();
    if (/[,;]$/.test(text)) text = text.slice(0, -1).trim();
  }
  return text;
}
