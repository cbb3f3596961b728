import { distinctiveDomains, isProvider, typingErrorOf } from "./address-doubts.ts";

export type AddressFault =
  | "wrapped"
  | "no-at"
  | "several-ats"
  | "spaces"
  | "accents"
  | "comma"
  | "double-dot"
  | "edge-dot"
  | "www"
  | "no-name"
  | "no-domain"
  | "no-end"
  | "odd-sign"
  | "typing-error";

export type AddressFaults = {
  /** Never empty. */
  codes: AddressFault[];
  /** With `typing-error`: the domain as it was typed and as it was probably meant. */
  slip?: { typed: string; meant: string };
  /** The address that was probably meant. Left out where only the person who has it can tell. */
  meant?: string;
};

/** Signs that no address has, what was meant by them, and how that is called; each line mends what those before it left. */
const mendings: [AddressFault, RegExp, string][] = [
  ["wrapped", /^[^<>]*<([^<>]*)>[\s,;.]*$/, "$1"],
  ["wrapped", /^["'`«“‘([\s]*(?:(?:mailto:|https?:\/\/)\s*)?|["'`»”’)\]\s,;]+$/gi, ""],
  ["no-at", /^([^@]+?)(?:\s+(?:arroba|at)\s+|\s*[([{]\s*(?:arroba|at)\s*[)\]}]\s*)([^@]+)$/i, "$1@$2"],
  // What the keys of the @ and beside it give on Spanish keyboards when AltGr or Shift slips.
  ["no-at", /^([\w.+-]+)["#·]([a-z\d-]+(?:\.[a-z\d-]+)+)$/i, "$1@$2"],
  ["spaces", /\s*([@.,;])\s*/g, "$1"],
  ["several-ats", /@{2,}/g, "@"],
  ["comma", /[,;]/g, "."],
  ["double-dot", /\.{2,}/g, "."],
  ["edge-dot", /^\.|\.(?=@)|(?<=@)\.|\.$/g, ""],
  ["www", /^www\.(?=[^@]+@)|(?<=@)www\.(?=[^.]+\.)/gi, ""],
];

// As readers of addresses have it; spaces are told on their own.
const localPart = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~\s-]*$/u;
const domainLabel = /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}\s-]*[\p{L}\p{M}\p{N}])?)?$/u;

/**
 * What looks mistyped in an address, and which one was probably meant: "ana..ruiz@gnail,com" has a comma, two dots and gmail.com
 * misspelt, and was meant to be ana.ruiz@gmail.com. Undefined for every address that may be right, for an empty text, and for one
 * longer than any address (254 letters).
 * It is for telling people, never for refusing: stricter than what mail servers may take. RFC 6531 allows accents before the @, but
 * providers give nobody such a mailbox; domains with accents (RFC 5890) are right, unless they are a large provider's without them.
 */
export function faultsOf(address: string): AddressFaults | undefined {
  // What can't be seen can't be told, either.
  const typed = address
    .replace(/\p{Cf}/gu, "")
    .normalize("NFC")
    .trim();
  if (typed === "" || typed.length > 254) return undefined;
  const codes = new Set<AddressFault>();
  let text = typed;
  for (const [code, sign, meant] of mendings) {
    if (code !== "wrapped" && /@[^@]+@/.test(text)) return { codes: ["several-ats"] };
    const mended = text.replace(sign, meant);
    if (mended !== text) codes.add(code);
    text = mended;
  }
  if (/\s/.test(text)) codes.add("spaces");
  if (!text.includes("@")) {
    codes.add("no-at");
    text = beforeProvider(text);
  }
  const at = text.indexOf("@");
  if (at < 0) return { codes: [...codes] };

  const typedDomain = text.slice(at + 1);
  let domain = providerWithoutAccents(typedDomain);
  let local = text.slice(0, at);
  // Who has accents behind the @ by right may have them before it, too.
  if (!/[^\x20-\x7e]/.test(domain)) local = withoutAccents(local);
  if (domain !== typedDomain || local !== text.slice(0, at)) codes.add("accents");

  if (local === "") codes.add("no-name");
  if (domain === "") codes.add("no-domain");
  else if (/^[^.]*$|\.(?:\d+|.)$/u.test(domain)) codes.add("no-end");
  if (!localPart.test(local) || !domain.split(".").every((label) => domainLabel.test(label))) codes.add("odd-sign");

  domain = providerWithEnd(domain) ?? domain;
  const meantDomain = typingErrorOf(domain);
  if (meantDomain !== undefined) codes.add("typing-error");
  if (codes.size === 0) return undefined;
  const meant = `${local}@${meantDomain ?? domain}`;
  return {
    codes: [...codes],
    ...(meantDomain === undefined ? {} : { slip: { typed: domain, meant: meantDomain } }),
    ...(meant !== typed && faultsOf(meant) === undefined ? { meant } : {}),
  };
}

/** Latin letters without their accents, and without those that were typed beside them. */
function withoutAccents(text: string): string {
  return text
    .normalize("NFD")
    .replace(/(?<=[a-z])\p{M}+|[´¨]/giu, "")
    .normalize("NFC");
}

function providerWithoutAccents(domain: string): string {
  const plain = withoutAccents(domain);
  return isProvider(typingErrorOf(plain) ?? plain.toLowerCase()) ? plain : domain;
}

/** gmailcom → gmail.com, outlook com ar → outlook.com.ar, gmail → gmail.com: where the provider has one end that fits. */
function providerWithEnd(domain: string): string | undefined {
  if (/^[^.\s]+\./.test(domain)) return undefined;
  const lower = domain.toLowerCase();
  const letters = lower.replace(/[\s.]/g, "");
  const fitting = distinctiveDomains.filter(
    (one) => one.replaceAll(".", "") === letters || one.startsWith(`${lower}.`),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** anagmail.com → ana@gmail.com, where it is plain where the name ends. */
function beforeProvider(text: string): string {
  const domain = distinctiveDomains.find((one) => text.toLowerCase().endsWith(one));
  if (domain === undefined) return text;
  const name = text.slice(0, -domain.length).replace(/\.$/, "");
  // One or two letters may belong to the domain, a digit before it may be the key of the @; and nobody is called www.
  return /^[\p{L}\d._+-]{2,}\p{L}$/u.test(name) && !/^www\b/i.test(name) ? `${name}@${domain}` : text;
}
