import * as XLSX from "@e965/xlsx";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import fc from "fast-check";
import iconv from "iconv-lite";
import officeCrypto from "officecrypto-tool";
import { describe, expect, test } from "vitest";
import { fileFailures } from "#app/import/codes.ts";
import { fileOf } from "#app/import/formats/bytes.ts";
import { containerKinds, identify } from "#app/import/formats/container.ts";

async function zip(files: Record<string, string>): Promise<Buffer> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, content] of Object.entries(files))
    await writer.add(name, new Uint8ArrayReader(Buffer.from(content)));
  return Buffer.from(await writer.close());
}

function workbook(bookType: XLSX.BookType): Buffer {
  const sheet = XLSX.utils.aoa_to_sheet([["Contact Email"], ["ana@ejemplo.com"]]);
  return XLSX.write(XLSX.utils.book_new(sheet), { type: "buffer", bookType });
}

function compound(streams: Record<string, Buffer>): Buffer {
  const file = XLSX.CFB.utils.cfb_new();
  for (const [name, content] of Object.entries(streams)) XLSX.CFB.utils.cfb_add(file, name, content);
  return XLSX.CFB.write(file, { type: "buffer" });
}

const hex = (bytes: string, rest = "") => Buffer.concat([Buffer.from(bytes, "hex"), Buffer.from(rest)]);
const xlsx = workbook("xlsx");

const cases: [string, Buffer | Promise<Buffer>, string][] = [
  ["CSV", Buffer.from("Contact Email\nana@ejemplo.com"), "text"],
  ["text that begins with an address in brackets", Buffer.from("<ana@ejemplo.com>,Ana"), "text"],
  ["UTF-16 that begins with a tab", iconv.encode("\t\tana@ejemplo.com", "utf-16le"), "text"],
  ["a picture", hex("89504e470d0a1a0a0000000d49484452"), "text"],
  ["XLSX", xlsx, "xlsx"],
  ["XLSX by a writer that turns slashes around", zip({ "xl\\workbook.xml": "x", "[Content_Types].xml": "x" }), "xlsx"],
  ["XLSX with a password", officeCrypto.encrypt(xlsx, { password: "a" }), "encrypted-workbook"],
  [
    "XLSX with a password, as of 2007",
    officeCrypto.encrypt(xlsx, { password: "a", type: "standard" }),
    "encrypted-workbook",
  ],
  ["XLS", workbook("biff8"), "xls"],
  ["XLS of Excel 95", workbook("biff5"), "xls"],
  ["XLS of Excel 4", hex("09040600000010000000", "x"), "xls"],
  ["XLS of Excel 2", workbook("biff2"), "xls"],
  ["XLS by a PHP script", hex("0908080000001000000000000a000000"), "xls"],
  [
    "XLS with a password",
    compound({ Workbook: hex("0908100000060500bb0dcc07c100000006070000", "\x2f\x00\x04\x00abcd") }),
    "encrypted-workbook",
  ],
  ["ODS", workbook("ods"), "ods"],
  ["ODS without its type", zip({ "content.xml": "x", "META-INF/manifest.xml": "x" }), "ods"],
  ["ODS as one XML", workbook("fods"), "ods"],
  ["Excel's XML of 2003", workbook("xlml"), "spreadsheetml"],
  ["ZIP", zip({ "rebotes.csv": "a" }), "zip"],
  ["ZIP with an XLSX in it", zip({ "exportar/xl/workbook.xml": "a" }), "zip"],
  ["ZIP with nothing in it", zip({}), "zip"],
  ["HTML", Buffer.from("<html><body><table>"), "html"],
  ["HTML after blanks and a comment", Buffer.from("\ufeff\r\n <!-- hecho\npor --> <TABLE border=1>"), "html"],
  ["XHTML", Buffer.from('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">'), "html"],
  ["a table without its page", Buffer.from("<tr><td>a"), "html"],
  ["HTML in UTF-16", iconv.encode("<html><table>", "utf-16le", { addBOM: true }), "html"],
  ["HTML in UTF-16 without mark", iconv.encode("\n<html><table>", "utf-16be"), "html"],
  [
    "a web page with its pictures",
    Buffer.from('MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"'),
    "web-page",
  ],
  ["nothing", Buffer.alloc(0), "empty"],
  ["gzip", hex("1f8b0800"), "archive"],
  ["7z", hex("377abcaf271c0004"), "archive"],
  ["rar", hex("526172211a0700"), "archive"],
  ["bzip2", hex("425a6839314159265359"), "archive"],
  ["tar", Buffer.concat([Buffer.alloc(257, "a"), Buffer.from("ustar\0")]), "archive"],
  ["PDF", Buffer.from("%PDF-1.7\n1 0 obj"), "pdf"],
  ["XLSB", workbook("xlsb"), "spreadsheet"],
  ["Numbers", zip({ "Index/Document.iwa": "x" }), "spreadsheet"],
  ["DOCX", zip({ "[Content_Types].xml": "x", "word/document.xml": "x" }), "binary"],
  [
    "ODT",
    zip({ mimetype: "application/vnd.oasis.opendocument.text", "content.xml": "x", "META-INF/manifest.xml": "x" }),
    "binary",
  ],
  ["DOC", compound({ WordDocument: Buffer.alloc(5000), "ObjectPool/_1/Workbook": Buffer.alloc(5000) }), "binary"],
  ["what a company's rights management protects", compound({ EncryptedPackage: Buffer.alloc(5000) }), "encrypted"],
  ["XLSX cut off", xlsx.subarray(0, -100), "archive-damaged"],
  ["XLS cut off", workbook("biff8").subarray(0, 300), "workbook-damaged"],
];

test.each(cases)("%s", async (_, bytes, expected) => {
  const answer = await identify(fileOf(await bytes));
  expect("kind" in answer ? answer.kind : answer.failure).toBe(expected);
});

describe("hostile files", () => {
  const answers: string[] = [...containerKinds, ...fileFailures];
  const signs = ["504b0304", "504b0506", "d0cf11e0a1b11ae1", "0908", "1f8b", "fffe", "3c3f786d6c"];

  test("anything after a signature is named", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...signs), fc.uint8Array({ maxLength: 3000 }), async (sign, rest) => {
        const answer = await identify(fileOf(Buffer.concat([Buffer.from(sign, "hex"), rest])));
        expect(answers).toContain("kind" in answer ? answer.kind : answer.failure);
      }),
    );
  });

  test("a compound file with any bytes changed, chains and trees that bite their tails among them", async () => {
    const whole = workbook("biff8");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 5), fc.constantFrom(0, 1, 2, 0xfffffffe)), { maxLength: 20 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes.writeUInt32LE(value, at);
          const answer = await identify(fileOf(bytes));
          expect(answers).toContain("kind" in answer ? answer.kind : answer.failure);
        },
      ),
    );
  });

  test("every sector follows itself", async () => {
    const bytes = Buffer.alloc(512 * 200);
    Buffer.from("d0cf11e0a1b11ae1", "hex").copy(bytes);
    bytes.writeUInt16LE(9, 30);
    for (let at = 48; at < 512; at += 4) bytes.writeUInt32LE(1, at);
    for (let at = 512; at < bytes.length; at += 4) bytes.writeUInt32LE(1, at);
    expect(await identify(fileOf(bytes))).toEqual({ failure: "binary" });
  });

  test("a reader's own error is no failure of the file", async () => {
    const gone = new Error("file gone");
    await expect(identify({ size: 10, read: () => Promise.reject(gone) })).rejects.toBe(gone);
  });
});
