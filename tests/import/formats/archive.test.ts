import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter, type ZipWriterAddDataOptions } from "@zip.js/zip.js";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { archiveLimits, listArchive, unpackEntry } from "#app/import/formats/archive.ts";
import { type FileBytes, fileOf } from "#app/import/formats/bytes.ts";

type Files = Record<string, Uint8Array | string>;

async function zip(files: Files, options: ZipWriterAddDataOptions = {}): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, content] of Object.entries(files)) {
    await writer.add(name, new Uint8ArrayReader(Buffer.from(content)), { ...options, directory: name.endsWith("/") });
  }
  return writer.close();
}

async function list(bytes: Uint8Array, limits = archiveLimits) {
  const archive = await listArchive(fileOf(bytes), limits);
  if ("failure" in archive) throw new Error(archive.failure);
  return archive;
}

/** Unpacks the first entry, like a caller that writes it to disk. */
async function unpack(bytes: Uint8Array, options: Parameters<typeof unpackEntry>[2] = {}) {
  const [entry] = (await list(bytes)).entries;
  if (!entry) throw new Error("no entry");
  const pieces: Uint8Array[] = [];
  const outcome = await unpackEntry(entry, (piece) => void pieces.push(piece), options);
  return "failure" in outcome ? outcome.failure : Buffer.concat(pieces).toString();
}

const csv = "Contact Email,Phone\nana@ejemplo.com,3005550101\n";

describe("what is in it", () => {
  test("files alone, without what systems leave behind", async () => {
    const archive = await list(
      await zip({
        "carpeta/": "",
        "carpeta/rebotes.csv": csv,
        "vacío.csv": "",
        "__MACOSX/carpeta/._rebotes.csv": "x",
        "carpeta/.DS_Store": "x",
        ".oculta/a.csv": "x",
        "~$abiertos.xlsx": "x",
        "Thumbs.db": "x",
        "abiertos.xlsx": "PK",
        "más.ZIP": "PK",
        "viejo.tar.gz": "x",
      }),
    );
    expect(archive.entries.map(({ index, name, isEncrypted }) => [index, name, isEncrypted])).toEqual([
      [1, "carpeta/rebotes.csv", false],
      [8, "abiertos.xlsx", false],
    ]);
    expect(archive.nested).toEqual(["más.ZIP", "viejo.tar.gz"]);
  });

  test.each([
    ["../../etc/passwd", "etc/passwd"],
    ["C:\\datos\\lista.csv", "datos/lista.csv"],
    ["/lista.csv", "lista.csv"],
    ["a/./b//c.csv", "a/b/c.csv"],
    ["lista\u202evsc.exe", "listavsc.exe"],
    ["\u0007", "?"],
    ["x".repeat(300), "x".repeat(200)],
  ])("%j is shown as %j", async (written, shown) => {
    expect((await list(await zip({ [written]: csv }))).entries[0]?.name).toBe(shown);
  });

  test.each([
    ["UTF-8 with its flag", "utf-8", true],
    ["UTF-8 without, as macOS writes it", "utf-8", false],
    ["the code page of Spanish Windows", "cp850", false],
  ])("names in %s", async (_, encoding, useUnicodeFileNames) => {
    const name = "Campaña ÁÍÓ señal.csv";
    const options = { encodeText: () => iconv.encode(name, encoding), useUnicodeFileNames };
    expect((await list(await zip({ [name]: csv }, options))).entries[0]?.name).toBe(name);
  });
});

describe("unpacking", () => {
  test.each([
    ["deflated", {}],
    ["stored", { level: 0 }],
    ["with ZIP64", { zip64: true }],
  ])("%s", async (_, options) => {
    expect(await unpack(await zip({ "a.csv": csv }, options))).toBe(csv);
  });

  test.each([
    ["the old encryption", { zipCrypto: true }],
    ["AES-256", { encryptionStrength: 3 as const }],
    ["AES-128", { encryptionStrength: 1 as const }],
  ])("%s", async (_, options) => {
    const bytes = await zip({ "a.csv": csv.repeat(50) }, { ...options, password: "ana@1234" });
    expect((await list(bytes)).entries[0]?.isEncrypted).toBe(true);
    expect(await unpack(bytes)).toBe("needs-password");
    expect(await unpack(bytes, { password: "" })).toBe("needs-password");
    expect(await unpack(bytes, { password: "ana@1235" })).toBe("wrong-password");
    expect(await unpack(bytes, { password: "ana@1234" })).toBe(csv.repeat(50));
  });

  test("the old encryption lets one wrong password in 256 pass, which is found out all the same", async () => {
    for (const level of [0, 6]) {
      const bytes = await zip({ "a.csv": csv.repeat(50) }, { zipCrypto: true, password: "ana@1234", level });
      for (let wrong = 0; wrong < 600; wrong++)
        expect(await unpack(bytes, { password: `${wrong}` })).toBe("wrong-password");
    }
  });

  test.each(["utf8", "windows-1252", "cp850"])("the old encryption, by a password in %s", async (encoding) => {
    const rawPassword = iconv.encode("contraseña", encoding);
    const bytes = await zip({ "a.csv": csv.repeat(50) }, { zipCrypto: true, rawPassword });
    expect(await unpack(bytes, { password: "contrasena" })).toBe("wrong-password");
    expect(await unpack(bytes, { password: "señal" })).toBe("wrong-password");
    expect(await unpack(bytes, { password: "contraseña" })).toBe(csv.repeat(50));
  });

  test("waits for its taker", async () => {
    const [entry] = (await list(await zip({ "a.csv": Buffer.alloc(1_000_000, "a,b\n") }))).entries;
    let busy = 0;
    let most = 0;
    const outcome = await unpackEntry(entry as never, async () => {
      most = Math.max(most, ++busy);
      await new Promise((resolve) => setTimeout(resolve));
      busy--;
    });
    expect([outcome, most]).toEqual([{ size: 1_000_000 }, 1]);
  });

  test("what its taker, or reading the file, throws goes on to the caller", async () => {
    const bytes = await zip({ "a.csv": csv });
    const [entry] = (await list(bytes)).entries;
    const full = new Error("disk full");
    await expect(unpackEntry(entry as never, () => Promise.reject(full))).rejects.toBe(full);

    const gone = new Error("file gone");
    let reads = 0;
    const file: FileBytes = {
      size: bytes.length,
      read: async (offset, length) => {
        if (reads++ > 1) throw gone;
        return bytes.subarray(offset, offset + length);
      },
    };
    await expect(
      listArchive(file).then((archive) =>
        "entries" in archive ? unpackEntry(archive.entries[0] as never, () => {}) : archive,
      ),
    ).rejects.toBe(gone);
    await expect(listArchive({ size: 100, read: () => Promise.reject(gone) })).rejects.toBe(gone);
  });
});

describe("limits", () => {
  const zeros = Buffer.alloc(50_000_000);

  test("a bomb", async () => {
    const bytes = await zip({ "a.csv": zeros });
    expect(bytes.length).toBeLessThan(100_000);
    expect(await unpack(bytes)).toBe("archive-bomb");
  });

  test("a size that lies is damage", async () => {
    const bytes = Buffer.from(await zip({ "a.csv": Buffer.alloc(3_000_000, "ana@ejemplo.com,x\n") }));
    for (const size of [10, 4_000_000_000]) {
      // 24 bytes into the entry's record in the directory.
      bytes.writeUInt32LE(size, bytes.lastIndexOf("PK\x01\x02", undefined, "latin1") + 24);
      expect(await unpack(bytes)).toBe("archive-damaged");
    }
  });

  test("one entry, and all together", async () => {
    const bytes = await zip({ "a.csv": csv.repeat(100) });
    expect(await unpack(bytes, { limits: { ...archiveLimits, entry: 1000 } })).toBe("archive-too-large");
    expect(await unpack(bytes, { limits: { ...archiveLimits, total: 10_000 }, before: 9000 })).toBe(
      "archive-too-large",
    );
    expect(await unpack(bytes, { limits: { ...archiveLimits, total: 10_000 }, before: 0 })).toBe(csv.repeat(100));
  });

  test("10,000 names", async () => {
    const bytes = Buffer.from(await zip({ "a.csv": csv }));
    const start = bytes.lastIndexOf("PK\x01\x02", undefined, "latin1");
    const record = bytes.subarray(start, -22);
    const end = Buffer.from(bytes.subarray(-22));
    end.writeUInt16LE(10_000, 8);
    end.writeUInt16LE(10_000, 10);
    end.writeUInt32LE(10_000 * record.length, 12);
    const many = Buffer.concat([bytes.subarray(0, start), ...Array.from({ length: 10_000 }, () => record), end]);
    expect(await listArchive(fileOf(many))).toEqual({ failure: "archive-too-many-files" });
    expect((await list(many, { ...archiveLimits, files: 10_000 })).entries).toHaveLength(10_000);
  });

  test("nothing in it", async () => {
    expect(await listArchive(fileOf(await zip({})))).toEqual({ failure: "archive-empty" });
    expect(await listArchive(fileOf(await zip({ "carpeta/": "", ".DS_Store": "x" })))).toEqual({
      failure: "archive-empty",
    });
    expect(await list(await zip({ "dentro.zip": "PK" }))).toEqual({ entries: [], nested: ["dentro.zip"] });
  });
});

describe("damage is named, never thrown", () => {
  const names = ["archive-damaged", "archive-empty", "archive"];

  test("cut anywhere", async () => {
    const bytes = await zip({ "a.csv": csv.repeat(5), "b.csv": csv });
    for (let end = 4; end < bytes.length; end++) {
      const archive = await listArchive(fileOf(bytes.subarray(0, end)));
      expect(names).toContain("failure" in archive && archive.failure);
    }
  });

  test("any byte changed", async () => {
    const bytes = await zip({ "a.csv": csv.repeat(5) });
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 255, (bytes[at] ?? 0) ^ 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        const archive = await listArchive(fileOf(changed));
        if ("failure" in archive) expect([...names, "archive-too-many-files"]).toContain(archive.failure);
        else if (archive.entries[0]) expect(typeof (await unpackEntry(archive.entries[0], () => {}))).toBe("object");
      }
    }
  });

  test("a method that isn't read", async () => {
    const bytes = Buffer.from(await zip({ "a.csv": csv.repeat(5) }));
    const lzma = 14;
    bytes.writeUInt16LE(lzma, 8);
    bytes.writeUInt16LE(lzma, bytes.lastIndexOf("PK\x01\x02", undefined, "latin1") + 10);
    expect(await unpack(bytes)).toBe("archive");
  });
});
