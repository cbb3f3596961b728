import { bufferOf, type FileBytes } from "./bytes.ts";

/** The streams at the root of an OLE compound file: what XLS is, and an XLSX with a password. Names in lower case. */
export interface Compound {
  streams: string[];
  /** A stream's first bytes, all of it without `limit`; fewer where the file is cut off. */
  read(stream: string, limit?: number): Promise<Buffer | undefined>;
}

interface Item {
  name: string;
  type: number;
  left: number;
  right: number;
  child: number;
  start: number;
  size: number;
}

export const compoundSignature = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

const headerSize = 512;
const headerSectors = 109;
const itemSize = 128;
const storage = 1;
const stream = 2;
/** Numbers from here on mark the end of a chain, or a free sector. */
const firstReserved = 0xfffffffa;
const directoryLimit = 16_000_000;

/**
 * Opens a compound file after [MS-CFB]. Undefined where it can't be followed. Every walk is bounded by the file's own size, so
 * that chains and trees that bite their tails end. Throws only what `file.read` throws.
 */
export async function openCompound(file: FileBytes): Promise<Compound | undefined> {
  const header = bufferOf(await file.read(0, headerSize));
  const shift = header.length === headerSize ? header.readUInt16LE(30) : 0;
  if (shift !== 9 && shift !== 12) return undefined;
  const sectorSize = 1 << shift;
  const sectors = Math.ceil(file.size / sectorSize);

  const readRun = (first: number, count: number) => file.read((first + 1) * sectorSize, count * sectorSize);
  const fat = numbersOf(await fatBytes());
  const directory = items(await readChain(header.readUInt32LE(48), directoryLimit));
  const root = directory[0];
  if (!root) return undefined;
  const streams = new Map(childrenOf(directory, root).map((item) => [item.name, item]));

  const miniSize = 64;
  const miniCutoff = header.readUInt32LE(56);
  let mini: { fat: Uint32Array; bytes: Buffer } | undefined;

  async function read(name: string, limit = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
    const item = streams.get(name);
    if (!item) return undefined;
    const length = Math.min(item.size, limit, file.size);
    if (item.size >= miniCutoff) return (await readChain(item.start, length)).subarray(0, length);
    mini ??= {
      fat: numbersOf(await readChain(header.readUInt32LE(60), file.size)),
      bytes: await readChain(root?.start ?? firstReserved, file.size),
    };
    const { fat: miniFat, bytes } = mini;
    const pieces = chain(miniFat, item.start, Math.ceil(length / miniSize));
    return Buffer.concat(pieces.map((at) => bytes.subarray(at * miniSize, (at + 1) * miniSize))).subarray(0, length);
  }

  return { streams: [...streams.keys()], read };

  /** The file allocation table: its first sectors are listed in the header, the others in sectors that point to the next. */
  async function fatBytes(): Promise<Buffer> {
    const places: number[] = [];
    for (let index = 0; index < headerSectors; index++) places.push(header.readUInt32LE(76 + index * 4));
    let next = header.readUInt32LE(68);
    for (let walked = 0; next < firstReserved && walked < sectors; walked++) {
      const numbers = numbersOf(await readRun(next, 1));
      places.push(...numbers.subarray(0, -1));
      next = numbers.at(-1) ?? firstReserved;
    }
    const needed = Math.ceil(sectors / (sectorSize / 4));
    const pieces: Uint8Array[] = [];
    for (const place of places.filter((one) => one < firstReserved).slice(0, needed)) {
      const piece = await readRun(place, 1);
      pieces.push(piece, Buffer.alloc(sectorSize - piece.length, 0xff));
    }
    return Buffer.concat(pieces);
  }

  async function readChain(start: number, limit: number): Promise<Buffer> {
    const places = chain(fat, start, Math.ceil(limit / sectorSize));
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < places.length; ) {
      const first = places[at] ?? 0;
      let count = 1;
      while (places[at + count] === first + count) count++;
      pieces.push(await readRun(first, count));
      at += count;
    }
    return Buffer.concat(pieces);
  }
}

/** Sectors in the order of a chain, at most `most`; a chain that comes back to itself ends there. */
function chain(fat: Uint32Array, start: number, most: number): number[] {
  const places: number[] = [];
  const bound = Math.min(most, fat.length);
  for (let at = start; at < fat.length && places.length < bound; at = fat[at] ?? firstReserved) places.push(at);
  return places;
}

function numbersOf(bytes: Uint8Array): Uint32Array {
  const buffer = bufferOf(bytes);
  return Uint32Array.from({ length: Math.floor(buffer.length / 4) }, (_, index) => buffer.readUInt32LE(index * 4));
}

function items(bytes: Buffer): Item[] {
  return Array.from({ length: Math.floor(bytes.length / itemSize) }, (_, index) => {
    const item = bytes.subarray(index * itemSize, (index + 1) * itemSize);
    const nameLength = Math.min(64, Math.max(2, item.readUInt16LE(64))) - 2;
    return {
      name: item.toString("utf16le", 0, nameLength).toLowerCase(),
      type: item[66] ?? 0,
      left: item.readUInt32LE(68),
      right: item.readUInt32LE(72),
      child: item.readUInt32LE(76),
      start: item.readUInt32LE(116),
      size: item.readUInt32LE(120),
    };
  });
}

/** Streams of the root alone: a workbook that is embedded in a text document has a stream of the same name further down. */
function childrenOf(directory: Item[], root: Item): Item[] {
  const found: Item[] = [];
  const seen = new Set<number>();
  const open = [root.child];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const item = directory[index];
    if (!item || seen.has(index)) continue;
    seen.add(index);
    if (item.type === stream || item.type === storage) open.push(item.left, item.right);
    if (item.type === stream) found.push(item);
  }
  return found;
}
