import { CFB } from "@e965/xlsx";
import officeCrypto from "officecrypto-tool";
import type { FileFailure } from "../codes.ts";

type Opened = { bytes: Buffer } | { failure: FileFailure };

/** Excel protects by it what shall only not be changed, and opens it without asking ([MS-OFFCRYPTO] 2.4.2.3). */
const excelsOwnPassword = "VelvetSweatshop";
const longestPassword = 255;
const longestStream = 32_000_000;
const mostRecords = 2_000_000;

/**
 * The package inside a protected XLSX ([MS-OFFCRYPTO] 2.3.4, agile and standard encryption), out of its two streams. officecrypto-tool
 * believes every number in the description, and some cost hours or gigabytes: only a description as Excel and LibreOffice write it
 * gets there. A package that was changed since isn't noticed here, but by its ZIP's checksums.
 */
export async function openPackage(
  { info, content }: { info: Buffer; content: Buffer },
  password: string | undefined,
): Promise<Opened> {
  if (!isUsualAgile(info) && !isUsualStandard(info)) return { failure: "encrypted" };
  if (content.length < 8 + 16) return { failure: "workbook-damaged" };
  return decrypt(compoundOf({ EncryptionInfo: info, EncryptedPackage: content }), password);
}

/**
 * The stream of a protected XLS, still in a compound file, with RC4 ([MS-OFFCRYPTO] 2.3.5 and 2.3.6). The XOR of Excel 95 isn't read:
 * the library's time for it grows with the square of the size.
 */
export async function openStream(workbook: Buffer, filePass: Buffer, password: string | undefined): Promise<Opened> {
  // The library keeps a number for every byte, and an object for every record.
  if (workbook.length > longestStream || !isUsualRc4(filePass)) return { failure: "encrypted" };
  let records = 0;
  for (let at = 0; at + 4 <= workbook.length; at += 4 + workbook.readUInt16LE(at + 2)) records++;
  if (records > mostRecords) return { failure: "encrypted" };
  return decrypt(compoundOf({ Workbook: workbook }), password);
}

async function decrypt(file: Buffer, password: string | undefined): Promise<Opened> {
  if (password && password.length > longestPassword) return { failure: "wrong-password" };
  try {
    return { bytes: await officeCrypto.decrypt(file, { password: password || excelsOwnPassword }) };
  } catch (error) {
    if (error instanceof Error && error.message === "The password is incorrect") {
      return { failure: password ? "wrong-password" : "needs-password" };
    }
    return { failure: "workbook-damaged" };
  }
}

function isUsualAgile(info: Buffer): boolean {
  if (info.length < 8 || info.readUInt32LE(0) !== 0x0004_0004 || info.length > 16_000) return false;
  const xml = info.toString("utf8", 8);
  // One key alone, by the prefix that the library looks for, and no text that is written in another way than it reads.
  if (/&|<!/.test(xml) || (xml.match(/<p:encryptedKey\b/g) ?? []).length !== 1) return false;
  const all = (name: string, allowed: RegExp, times: number) => {
    const values = [...xml.matchAll(new RegExp(`\\b${name}\\b(?:="([^"]*)")?`, "g"))];
    return values.length === times && values.every(([, value = ""]) => allowed.test(value));
  };
  return (
    all("spinCount", /^(?:\d{1,6}|1000000)$/, 1) &&
    all("blockSize", /^16$/, 2) &&
    all("keyBits", /^(?:128|192|256)$/, 2) &&
    all("cipherAlgorithm", /^AES$/, 2) &&
    all("cipherChaining", /^ChainingModeCBC$/, 2) &&
    all("hashAlgorithm", /^SHA(?:1|256|384|512)$/, 2) &&
    all("saltValue", /^[\w+/=]{1,100}$/, 2)
  );
}

function isUsualStandard(info: Buffer): boolean {
  if (info.length < 12 + 32 + 20 || info.length > 16_000) return false;
  const [major, minor] = [info.readUInt16LE(0), info.readUInt16LE(2)];
  const headerLength = info.readUInt32LE(8);
  const [algorithm, keyLength] = [info.readUInt32LE(20), info.readUInt32LE(28)];
  // AES with 128 bits, as all of Office writes it; the library fails at the longer ones.
  return (
    major >= 2 &&
    major <= 4 &&
    minor === 2 &&
    headerLength >= 32 &&
    headerLength <= 1000 &&
    algorithm === 0x660e &&
    keyLength === 128
  );
}

function isUsualRc4(filePass: Buffer): boolean {
  if (filePass.length < 6 + 48 || filePass.readUInt16LE(0) !== 1) return false;
  const [major, minor] = [filePass.readUInt16LE(2), filePass.readUInt16LE(4)];
  if (major === 1 && minor === 1) return true;
  const [headerLength, keyLength] = [filePass.readUInt32LE(10), filePass.readUInt32LE(30)];
  return major >= 2 && major <= 4 && minor === 2 && headerLength >= 32 && headerLength <= 1000 && keyLength <= 128;
}

/** A fresh compound file with these streams alone, so that the library finds what was looked at here, and nothing else. */
function compoundOf(streams: Record<string, Buffer>): Buffer {
  const compound = CFB.utils.cfb_new();
  for (const [name, bytes] of Object.entries(streams)) CFB.utils.cfb_add(compound, name, bytes);
  CFB.utils.cfb_del(compound, "\u0001Sh33tJ5");
  return Buffer.from(CFB.write(compound, { type: "buffer" }));
}
