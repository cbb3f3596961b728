import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import type { FileFailure } from "./codes.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "macintosh";

const sampleSize = 65_536;

/**
 * How the bytes of a text are to be read, found by looking at all of them once. UTF-8 is recognised by being valid (or nearly), UTF-16 by
 * its mark or its zero bytes; what remains is Windows-1252, which is what Excel writes in Latin America, or Mac Roman,
 * where the bytes between letters are letters only there. Never throws: what isn't text is a named failure.
 */
export async function findEncoding(
  parts: AsyncIterable<Uint8Array>,
): Promise<{ encoding: Encoding } | { failure: FileFailure }> {
  const probe = new Probe();
  for await (const part of parts) probe.push(part);
  return probe.result();
}

/** The text of the parts, which may be cut in the middle of a letter. The byte order mark is left out. */
export async function* decodeParts(parts: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding);
  for await (const part of parts) {
    const text = decoder.write(asBuffer(part));
    if (text) yield text;
  }
  const rest = decoder.end();
  if (rest) yield rest;
}

/** As `findEncoding` and `decodeParts`, for bytes that are all there. */
export function decode(bytes: Uint8Array): { text: string; encoding: Encoding } | { failure: FileFailure } {
  const probe = new Probe();
  probe.push(bytes);
  const found = probe.result();
  if ("failure" in found) return found;
  return { text: iconv.decode(asBuffer(bytes), found.encoding), encoding: found.encoding };
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

class Probe {
  private sample: Uint8Array = new Uint8Array();
  private size = 0;
  /** The bytes behind the last whole letter of UTF-8. */
  private cut: Uint8Array = new Uint8Array();
  private isValid = true;
  private decoder = new TextDecoder();
  private letters = 0;
  private failed = 0;
  /** The last bytes of the part before: a letter is known by its neighbours. */
  private tail: Uint8Array = new Uint8Array();
  private readonly accents = { windows: 0, mac: 0 };

  push(part: Uint8Array): void {
    this.size += part.length;
    if (this.sample.length < sampleSize) {
      this.sample = Buffer.concat([this.sample, part.subarray(0, sampleSize - this.sample.length)]);
    }
    this.checkUtf8(part);
    if (!this.isValid) this.countLetters(part);
  }

  result(): { encoding: Encoding } | { failure: FileFailure } {
    if (this.size === 0) return { failure: "empty" };
    const encoding = this.encoding();
    const start = iconv.decode(asBuffer(this.sample), encoding);
    if (looksBinary(start)) return { failure: "binary" };
    if (this.size <= sampleSize && !/[^\s\0]/.test(start)) return { failure: "empty" };
    return { encoding };
  }

  private encoding(): Encoding {
    const [first, second] = this.sample;
    if (first === 0xff && second === 0xfe) return "utf-16le";
    if (first === 0xfe && second === 0xff) return "utf-16be";
    const zeros = { even: 0, odd: 0 };
    for (let index = 0; index < this.sample.length; index++) {
      if (this.sample[index] === 0) zeros[index % 2 === 0 ? "even" : "odd"]++;
    }
    // Delimiters, digits and address characters are ASCII, so every other byte of a UTF-16 table is mostly zero.
    const many = this.sample.length / 2 / 3;
    if (zeros.odd > many && zeros.even < zeros.odd / 10) return "utf-16le";
    if (zeros.even > many && zeros.odd < zeros.even / 10) return "utf-16be";
    if (this.isValid && this.cut.length === 0) return "utf-8";
    // Cut in the middle of a letter at its very end, UTF-8 is damaged by that letter alone; a file whose only accent is its last byte
    // isn't UTF-8.
    const isCut = this.cut.length > 1 || this.sample.subarray(0, -this.cut.length).some((byte) => byte >= 0x80);
    if (this.isValid ? this.size > this.cut.length && isCut : this.letters > this.failed * 10) return "utf-8";
    return this.accents.mac > this.accents.windows ? "macintosh" : "windows-1252";
  }

  private checkUtf8(part: Uint8Array): void {
    if (!this.isValid) return;
    const bytes = this.cut.length > 0 ? Buffer.concat([this.cut, part]) : part;
    const whole = bytes.length - unfinished(bytes);
    if (isUtf8(bytes.subarray(0, whole))) {
      this.cut = bytes.slice(whole);
    } else {
      this.isValid = false;
      this.countLetters(this.cut);
    }
  }

  private countLetters(part: Uint8Array): void {
    const text = this.decoder.decode(part, { stream: true });
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code === 0xfffd) this.failed++;
      else if (code > 127) this.letters++;
    }
    const bytes = this.tail.length > 0 ? Buffer.concat([this.tail, part]) : part;
    for (let index = 1; index < bytes.length - 1; index++) {
      const byte = bytes[index] ?? 0;
      if (byte < 0x80 || !isLetter(bytes[index - 1]) || (bytes[index + 1] ?? 0) >= 0x80) continue;
      if (byte >= 0xc0) this.accents.windows++;
      else if (byte < 0xa0 && (!windowsMarks.has(byte) || isDashInWord(bytes, index))) this.accents.mac++;
    }
    this.tail = bytes.slice(-2);
  }
}

/** Of Windows-1252: the euro, dots, quotes, dashes, trademark and angles, which stand beside letters there, too. */
const windowsMarks = new Set([0x80, 0x85, 0x8b, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9b]);
/** A dash of Windows that is ñ or ó in Mac Roman: nobody sets dashes between small letters without blanks. */
const isDashInWord = (bytes: Uint8Array, at: number) =>
  (bytes[at] === 0x96 || bytes[at] === 0x97) && isSmall(bytes[at - 1]) && isSmall(bytes[at + 1]);
const isSmall = (byte = 0) => byte >= 0x61 && byte <= 0x7a;
const isLetter = (byte = 0) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/** How many bytes at the end begin a letter of UTF-8 without finishing it (RFC 3629). */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function looksBinary(sample: string): boolean {
  let odd = 0;
  for (let index = 0; index < sample.length; index++) {
    const code = sample.charCodeAt(index);
    // Tab to carriage return and Ctrl-Z (the end-of-file mark of old programs) occur in text.
    if ((code < 32 && !(code >= 9 && code <= 13) && code !== 26) || code === 0xfffd) odd++;
  }
  return odd > Math.max(2, sample.length * 0.02);
}
