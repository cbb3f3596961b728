import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { decode, decodeParts, findEncoding } from "#app/import/decode.ts";

async function* partsOf(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

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

  test("Mac Roman, whose accents are other bytes than those of Windows", () => {
    const mac = "Correo,Nombre\ramaria@ejemplo.com,José Pérez Núñez\rsol@ejemplo.com,Bogotá\r";
    expect(decode(iconv.encode(mac, "macroman"))).toEqual({ text: mac, encoding: "macintosh" });
  });

  test.each(["win1252", "macroman", "utf-8", "utf-16le"])("%s in parts cut anywhere", async (name) => {
    const bytes = iconv.encode(text.replace(/[–“”]/g, ""), name, { addBOM: name === "utf-16le" });
    for (const size of [1, 2, 3, 7]) {
      const parts = () => partsOf(bytes, size);
      const found = await findEncoding(parts());
      if ("failure" in found) throw new Error(found.failure);
      let read = "";
      for await (const part of decodeParts(parts(), found.encoding)) read += part;
      expect(read).toBe(text.replace(/[–“”]/g, ""));
    }
  });

  test("the euro sign and curly quotes of Windows-1252", () => {
    const bytes = new Uint8Array([0x80, 0x20, 0x93, 0xe9, 0x94, 0x0a]);
    expect(decode(bytes)).toEqual({ text: "€ “é”\n", encoding: "windows-1252" });
  });

  test.each(["a@ejemplo.com,ñ", "a@ejemplo.com,É", "año,ñ"])(
    "Windows-1252 whose last byte is an accent: %s",
    (text) => {
      expect(decode(iconv.encode(text, "win1252"))).toEqual({ text, encoding: "windows-1252" });
    },
  );

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
  test.each([
    ["nothing", Buffer.alloc(0), "empty"],
    ["blanks", Buffer.from("\ufeff \r\n\t"), "empty"],
    ["a picture", Buffer.from("89504e470d0a1a0a0000000d4948445200000001000000010802", "hex"), "binary"],
    ["only zeros", Buffer.alloc(100), "binary"],
  ])("%s", (_, bytes, failure) => {
    expect(decode(bytes)).toEqual({ failure });
  });
});
