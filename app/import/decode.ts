import iconv from "iconv-lite";
import type { FileFailure } from "./codes.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** The first bytes of files that hold a table, but not as text. */
const signatures: { bytes: number[]; failure: FileFailure }[] = [
  { bytes: [0x1f, 0x8b], failure: "archive" }, // gzip
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], failure: "archive" }, // 7z
  { bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], failure: "archive" }, // rar
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], failure: "binary" }, // PDF, which can be all ASCII
];
const zip = [0x50, 0x4b];
const zipRecords = [0x0403, 0x0605, 0x0807];
const compoundFile = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

const sampleSize = 65_536;

/**
 * A file's bytes as text, without byte order mark. UTF-8 is recognised by being valid (or nearly), UTF-16 by its mark or its zero
 * bytes; what remains is Windows-1252, which is what Excel writes in Latin America. Never throws: what isn't text is a
 * named failure.
 */
export function decode(bytes: Uint8Array): { text: string; encoding: Encoding } | { failure: FileFailure } {
  if (bytes.length === 0) return { failure: "empty" };
  const packed = packedKind(bytes);
  if (packed) return { failure: packed };

  const encoding = encodingOf(bytes);
  // Node 20 reads the label "windows-1252" as Latin-1 and loses € and curly quotes; iconv-lite doesn't.
  const text = iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), encoding);
  if (looksBinary(text.slice(0, sampleSize))) return { failure: "binary" };
  if (/^\s*(?:<!doctype html|<html|<table|<\?xml)/i.test(text.slice(0, 1000))) return { failure: "web-page" };
  if (!/[^\s\0]/.test(text)) return { failure: "empty" };
  return { text, encoding };
}

function startsWith(bytes: Uint8Array, start: number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function packedKind(bytes: Uint8Array): FileFailure | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, zip) && bytes.length >= 4 && zipRecords.includes(buffer.readUInt16LE(2))) {
    const localHeader = buffer.readUInt16LE(2) === 0x0403;
    if (localHeader && bytes.length >= 8 && (buffer.readUInt16LE(6) & 1) === 1) return "encrypted";
    const names = buffer.subarray(0, sampleSize).toString("latin1");
    return /xl\/|\[Content_Types\]\.xml|opendocument\.spreadsheet/.test(names) ? "spreadsheet" : "archive";
  }
  if (startsWith(bytes, compoundFile)) {
    // An XLSX with a password is an OLE file around this stream ([MS-OFFCRYPTO] 2.3.4.4).
    return buffer.includes(Buffer.from("EncryptedPackage", "utf16le")) ? "encrypted" : "spreadsheet";
  }
  return signatures.find((signature) => startsWith(bytes, signature.bytes))?.failure;
}

function encodingOf(bytes: Uint8Array): Encoding {
  if (startsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  if (startsWith(bytes, [0xfe, 0xff])) return "utf-16be";
  const zeros = { even: 0, odd: 0 };
  const sample = bytes.subarray(0, sampleSize);
  for (let index = 0; index < sample.length; index++) {
    if (sample[index] === 0) zeros[index % 2 === 0 ? "even" : "odd"]++;
  }
  // Delimiters, digits and address characters are ASCII, so every other byte of a UTF-16 table is mostly zero.
  const many = sample.length / 2 / 3;
  if (zeros.odd > many && zeros.even < zeros.odd / 10) return "utf-16le";
  if (zeros.even > many && zeros.odd < zeros.even / 10) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return isDamagedUtf8(bytes) ? "utf-8" : "windows-1252";
  }
}

/** UTF-8 cut in the middle of a letter, or with a few bytes pasted in from elsewhere: hardly any letter fails. */
function isDamagedUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  let letters = 0;
  let failed = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) failed++;
    else if (code > 127) letters++;
  }
  return letters > failed * 10;
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
