import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { decode } from "#app/import/decode.ts";

const text = "Contact Email;Razón\nmaría@ejemplo.com;Buzón lleno – “señal” ó Ñ\n";

describe("encodings", () => {
  test.each([
    ["utf-8", "utf-8", false],
    ["utf-8", "utf-8", true],
    ["utf-16le", "utf-16le", true],
    ["utf-16le", "utf-16le", false],
    ["utf-16be", "utf-16be", true],
    ["utf-16be", "utf-16be", false],
    ["win1252", "windows-1252", false],
  ])("%s reads back as %s (mark: %s)", (written, encoding, addBOM) => {
    expect(decode(iconv.encode(text, written, { addBOM }))).toEqual({ text, encoding });
  });

  test("the euro sign and curly quotes of Windows-1252", () => {
    const bytes = new Uint8Array([0x80, 0x20, 0x93, 0xe9, 0x94, 0x0a]);
    expect(decode(bytes)).toEqual({ text: "€ “é”\n", encoding: "windows-1252" });
  });

  test("UTF-8 that was cut in the middle of a letter is still UTF-8", () => {
    const bytes = Buffer.from("ñandú pingüino cigüeña camión Bogotá Córdoba José Andrés Íñigo é");
    expect(decode(bytes.subarray(0, -1))).toMatchObject({
      encoding: "utf-8",
      text: expect.stringContaining("pingüino"),
    });
  });

  test("a view into a larger buffer reads its own part only", () => {
    const whole = Buffer.from("xxxa@ejemplo.comyyy");
    expect(decode(new Uint8Array(whole.buffer, whole.byteOffset + 3, 13))).toMatchObject({ text: "a@ejemplo.com" });
  });
});

describe("what is no text", () => {
  const zip = (name: string, flags = 0) => {
    const header = Buffer.alloc(30);
    header.write("PK\x03\x04", "latin1");
    header.writeUInt16LE(flags, 6);
    return Buffer.concat([header, Buffer.from(name)]);
  };
  const compound = (content: string) =>
    Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(512), Buffer.from(content, "utf16le")]);

  test.each([
    ["nothing", Buffer.alloc(0), "empty"],
    ["blanks", Buffer.from("\ufeff \r\n\t"), "empty"],
    ["a picture", Buffer.from("89504e470d0a1a0a0000000d4948445200000001000000010802", "hex"), "binary"],
    ["a PDF", Buffer.from("%PDF-1.4\n1 0 obj"), "binary"],
    ["xlsx", zip("[Content_Types].xml"), "spreadsheet"],
    ["zip", zip("bounces.csv"), "archive"],
    ["zip with a password", zip("bounces.csv", 1), "encrypted"],
    ["xls", compound("Workbook"), "spreadsheet"],
    ["xlsx with a password", compound("EncryptedPackage"), "encrypted"],
    ["gzip", Buffer.from("1f8b0800", "hex"), "archive"],
    ["a page saved as xls", Buffer.from("\n<html><table><tr><td>a"), "web-page"],
    ["only zeros", Buffer.alloc(100), "binary"],
    ["a cut zip", Buffer.from("PK\x03\x04", "latin1"), "archive"],
  ])("%s", (_, bytes, failure) => {
    expect(decode(bytes)).toEqual({ failure });
  });
});
