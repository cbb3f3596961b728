import iconv from "iconv-lite";
import type { FileFailure } from "../codes.ts";
import { booleanCell, builtinFormat, numberCell } from "./cells.ts";
import type { Grid } from "./grid.ts";

/** What a workbook's records say until its end. */
interface Book {
  /** 2 to 5, and 8 for Excel 97 and later, whose texts are Unicode. */
  version: number;
  codePage: string;
  is1904: boolean;
  /** Number formats by their number, and the number of each kind of cell's. */
  formats: Map<number, string>;
  kinds: number[];
  texts: string[];
  /** Sheets by where they begin. */
  named: Map<number, { name: string; isHidden: boolean; isTable: boolean }>;
}

interface XlsRecord {
  type: number;
  start: number;
  body: Buffer;
  /** `body`, and those of the records that continue it. */
  parts: Buffer[];
}

type Value = { row: number; column: number; text: string };

const versions = new Map([
  [0x09, 2],
  [0x209, 3],
  [0x409, 4],
  [0x809, 5],
]);
const unicode = 0x600;
const worksheet = 0x10;
const endOfPart = 0x0a;
const continuation = 0x3c;
const formulas = [0x06, 0x206, 0x406];
const formulaTexts = [0x07, 0x207];
const shared = [0xbc, 0x4bc, 0x21, 0x221, 0x36, 0x236];

/**
 * Reads the workbook stream of an XLS, of Excel 2 to 2003, into `grid` ([MS-XLS]; for the older ones "OpenOffice.org's Documentation
 * of the Microsoft Excel File Format"). SheetJS reads XLS too, but reads on beyond the end of a damaged record until memory is full.
 */
export function readXls(stream: Buffer, grid: Grid): FileFailure | undefined {
  try {
    return readParts(stream, grid);
  } catch (error) {
    // What a Buffer throws for a place that it doesn't have, and `cursorOf` does too.
    if (error instanceof RangeError) return "workbook-damaged";
    throw error;
  }
}

function readParts(stream: Buffer, grid: Grid): FileFailure | undefined {
  const book: Book = {
    version: 8,
    codePage: "windows-1252",
    is1904: false,
    formats: new Map(),
    kinds: [],
    texts: [],
    named: new Map(),
  };
  let depth = 0;
  let tables = 0;
  // Scripts write rows in any order.
  let rows: Map<number, string[]> | undefined;
  let formula: Value | undefined;

  const endSheet = () => {
    for (const [row, cells] of [...(rows ?? [])].sort(([a], [b]) => a - b)) grid.addRow(row + 1, cells);
    rows = undefined;
  };
  const put = ({ row, column, text }: Value) => {
    const cells = rows?.get(row) ?? [];
    if (cells.length === 0) rows?.set(row, cells);
    grid.place(cells, column, text);
  };

  for (const record of recordsOf(stream)) {
    const { type, start, body } = record;
    const version = versions.get(type);
    if (depth === 0 && version === undefined) break;
    if (version !== undefined) {
      depth++;
      // A chart inside a sheet.
      if (depth > 1) continue;
      book.version = version === 5 && body.readUInt16LE(0) === unicode ? 8 : version;
      if (body.readUInt16LE(2) !== worksheet) continue;
      const sheet = book.named.get(start);
      tables++;
      grid.addSheet(sheet?.name ?? `#${tables}`, sheet?.isHidden);
      rows = new Map();
    } else if (type === endOfPart) {
      depth--;
      if (depth === 0) endSheet();
    } else if (depth === 1) {
      readGlobal(book, record, grid);
      if (formula && formulaTexts.includes(type)) put({ ...formula, text: stringOf(book, record, 0) });
      // Between a formula and its text may stand what it shares with others.
      if (!shared.includes(type)) formula = awaitsText(book, record) ? { ...placeOf(body), text: "" } : undefined;
      if (rows) for (const value of valuesOf(book, record)) put(value);
    }
    if (grid.failure) return grid.failure;
  }
  endSheet();
  const expected = [...book.named.values()].filter(({ isTable }) => isTable).length;
  const isCut = tables < expected || (depth > 0 && expected > 0);
  return tables === 0 || isCut ? "workbook-damaged" : undefined;
}

/** Records with what continues them. A stream may be padded after its last one. */
function* recordsOf(stream: Buffer): Generator<XlsRecord> {
  for (let at = 0; at + 4 <= stream.length; ) {
    const start = at;
    const type = stream.readUInt16LE(at);
    const parts: Buffer[] = [];
    do {
      const length = stream.readUInt16LE(at + 2);
      if (at + 4 + length > stream.length) throw new RangeError("cut off");
      parts.push(stream.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    } while (at + 4 <= stream.length && stream.readUInt16LE(at) === continuation);
    yield { type, start, parts, body: parts[0] ?? Buffer.alloc(0) };
  }
}

function readGlobal(book: Book, { type, body, parts }: XlsRecord, grid: Grid): void {
  switch (type) {
    case 0x42:
      book.codePage = codePageOf(body.readUInt16LE(0));
      break;
    case 0x22:
      book.is1904 = body.readUInt16LE(0) === 1;
      break;
    case 0x85: {
      const isHidden = (body.readUInt8(4) & 3) !== 0;
      const name = shortString(book, body, 6);
      book.named.set(body.readUInt32LE(0), { name, isHidden, isTable: body.readUInt8(5) === 0 });
      break;
    }
    case 0xfc:
      book.texts = sharedTexts(parts, grid);
      break;
    // Until Excel 4 formats are numbered by their order.
    case 0x1e:
      book.formats.set(book.formats.size, shortString(book, body, 0));
      break;
    case 0x41e: {
      const format = book.version === 8 ? cursorOf([body], 2).string(2) : shortString(book, body, 2);
      book.formats.set(book.version === 4 ? book.formats.size : body.readUInt16LE(0), format);
      break;
    }
    case 0x243:
    case 0x443:
      book.kinds.push(body.readUInt8(1));
      break;
    case 0xe0:
      book.kinds.push(body.readUInt16LE(2));
      break;
  }
}

function* valuesOf(book: Book, record: XlsRecord): Generator<Value> {
  const { type, body } = record;
  const at = valueAt(book);
  switch (type) {
    case 0x02: // whole numbers of Excel 2
      yield { ...placeOf(body), text: numberText(book, body, body.readUInt16LE(at)) };
      break;
    case 0x03:
    case 0x203:
      yield { ...placeOf(body), text: numberText(book, body, body.readDoubleLE(at)) };
      break;
    case 0x27e:
      yield { ...placeOf(body), text: numberText(book, body, packedNumber(body.readUInt32LE(at))) };
      break;
    case 0xbd: {
      const { row, column } = placeOf(body);
      for (let index = 0; index * 6 + 10 < body.length; index++) {
        const kind = book.kinds[body.readUInt16LE(4 + index * 6)];
        const value = packedNumber(body.readUInt32LE(6 + index * 6));
        yield { row, column: column + index, text: formattedText(book, value, kind) };
      }
      break;
    }
    case 0x04:
    case 0x204:
    case 0xd6:
      yield { ...placeOf(body), text: stringOf(book, record, at) };
      break;
    case 0xfd: {
      const text = book.texts[body.readUInt32LE(at)];
      // Its texts are cut off: to go on would lose them without a word.
      if (text === undefined) throw new RangeError("no such text");
      yield { ...placeOf(body), text };
      break;
    }
    case 0x05:
    case 0x205:
      if (body.readUInt8(at + 1) === 0) yield { ...placeOf(body), text: booleanCell(body.readUInt8(at) === 1) };
      break;
    case 0x06:
    case 0x206:
    case 0x406:
      if (body.readUInt16LE(at + 6) !== 0xffff) {
        yield { ...placeOf(body), text: numberText(book, body, body.readDoubleLE(at)) };
      } else if (body.readUInt8(at) === 1) {
        yield { ...placeOf(body), text: booleanCell(body.readUInt8(at + 2) === 1) };
      }
      break;
  }
}

/** In Excel 2 three bytes say how a cell looks, later two. */
const valueAt = (book: Book) => (book.version === 2 ? 7 : 6);
const placeOf = (body: Buffer) => ({ row: body.readUInt16LE(0), column: body.readUInt16LE(2) });

function awaitsText(book: Book, { type, body }: XlsRecord): boolean {
  const at = valueAt(book);
  return formulas.includes(type) && body.readUInt16LE(at + 6) === 0xffff && body.readUInt8(at) === 0;
}

function numberText(book: Book, body: Buffer, value: number): string {
  const kind = book.version === 2 ? body.readUInt8(5) & 0x3f : book.kinds[body.readUInt16LE(4)];
  return formattedText(book, value, kind);
}

function formattedText(book: Book, value: number, kind = 0): string {
  return numberCell(value, book.formats.get(kind) ?? builtinFormat(kind), book.is1904);
}

/** 30 bits of a number, and whether they are whole and are hundredths ([MS-XLS] 2.5.217). */
function packedNumber(packed: number): number {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(packed - (packed % 4), 4);
  const value = packed & 2 ? packed >> 2 : bytes.readDoubleLE(0);
  return packed & 1 ? value / 100 : value;
}

/** The text of a cell or of a formula, whose length stands at `at`. */
function stringOf(book: Book, { body, parts }: XlsRecord, at: number): string {
  if (book.version === 8) return cursorOf(parts, at).string(2);
  if (book.version === 2) return shortString(book, body, at);
  return bytesText(book, cut(body, at + 2, body.readUInt16LE(at)));
}

/** A name or format: its length is one byte. */
function shortString(book: Book, body: Buffer, at: number): string {
  if (book.version === 8) return cursorOf([body], at).string(1);
  return bytesText(book, cut(body, at + 1, body.readUInt8(at)));
}

function cut(body: Buffer, start: number, length: number): Buffer {
  if (start + length > body.length) throw new RangeError("cut off");
  return body.subarray(start, start + length);
}

/** Before Excel 97 texts are bytes of a code page. Scripts that write such files put UTF-8 into them. */
function bytesText(book: Book, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return iconv.decode(bytes, book.codePage);
  }
}

function codePageOf(number: number): string {
  if (number === 10_000 || number === 0x8000) return "macroman";
  return iconv.encodingExists(`cp${number}`) ? `cp${number}` : "windows-1252";
}

function sharedTexts(parts: Buffer[], grid: Grid): string[] {
  const texts: string[] = [];
  const cursor = cursorOf(parts, 8);
  for (let left = parts[0]?.readUInt32LE(4) ?? 0; left > 0 && !cursor.isAtEnd(); left--) {
    if (!grid.holds(texts.length)) break;
    texts.push(cursor.string(2));
  }
  return texts;
}

/** Reads on from part to part. A text that is cut says anew in the next part whether its characters have one byte or two. */
function cursorOf(parts: Buffer[], start: number) {
  let index = 0;
  let at = start;

  const advance = () => {
    for (let length = parts[index]?.length; length !== undefined && at >= length; length = parts[index]?.length) {
      at -= length;
      index++;
    }
    return parts[index];
  };
  const part = () => {
    const found = advance();
    if (!found) throw new RangeError("cut off");
    return found;
  };
  const number = (size: number) => {
    let value = 0;
    for (let shift = 0; shift < size; shift++, at++) value += part().readUInt8(at) * 256 ** shift;
    return value;
  };
  const characters = (count: number, wide: boolean) => {
    let text = "";
    let isWide = wide;
    for (let left = count; left > 0; ) {
      const before = index;
      const current = part();
      if (index !== before) {
        isWide = (current.readUInt8(at) & 1) === 1;
        at++;
      }
      const size = isWide ? 2 : 1;
      const taken = Math.min(left, Math.floor((current.length - at) / size));
      text += current.toString(isWide ? "utf16le" : "latin1", at, at + taken * size);
      left -= taken;
      // Half a character at a part's end belongs to nothing.
      at = left > 0 ? current.length : at + taken * size;
    }
    return text;
  };

  return {
    isAtEnd: () => advance() === undefined,
    /** A Unicode text whose length takes `size` bytes, without what marks up and pronounces it ([MS-XLS] 2.5.293). */
    string(size: 1 | 2): string {
      const count = number(size);
      const flags = number(1);
      const runs = flags & 8 ? number(2) : 0;
      const extra = flags & 4 ? number(4) : 0;
      const text = characters(count, (flags & 1) === 1);
      at += runs * 4 + extra;
      return text;
    },
  };
}
