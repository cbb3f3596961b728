import type { FileFailure } from "../codes.ts";
import { detached } from "../words.ts";
import { type ArchiveLimits, readDirectory, unpackEntry } from "./archive.ts";
import type { FileBytes } from "./bytes.ts";
import { booleanCell, builtinFormat, isoCell, numberCell } from "./cells.ts";
import { partName } from "./container.ts";
import type { Grid, GridLimits } from "./grid.ts";
import { attribute, countOf, type MarkupEvents, markupReader, plainText } from "./markup.ts";

type Directory = Extract<Awaited<ReturnType<typeof readDirectory>>, { entries: unknown }>["entries"];
type Limits = GridLimits & ArchiveLimits;

/**
 * Reads an XLSX (ECMA-376 part 1) into `grid`, its parts streamed one after the other: of the XML nothing stays in memory but the
 * texts themselves.
 */
export async function readXlsx(file: FileBytes, grid: Grid, limits: Limits): Promise<FileFailure | undefined> {
  const directory = await readDirectory(file, limits);
  if ("failure" in directory) return directory.failure;
  const parts = openParts(directory.entries, limits);
  const main = parts.names.find((name) => /^xl\/workbook\w*\.xml$/.test(name));
  if (!main) return "workbook-damaged";

  const { sheets, is1904 } = await readSheetList(parts, main);
  const links = await readLinks(parts, main);
  const formats = await readFormats(parts, links.find(({ type }) => type === "styles")?.target ?? "xl/styles.xml");
  const texts = await readTexts(
    parts,
    links.find(({ type }) => type === "sharedstrings")?.target ?? "xl/sharedstrings.xml",
    limits,
  );
  if (parts.failure) return parts.failure;
  if (!texts) return "too-many-rows";
  for (const [index, { name, isHidden, link }] of sheets.entries()) {
    const found = links.find(({ id }) => id === link);
    if (found && found.type !== "worksheet") continue;
    const part = found?.target ?? `xl/worksheets/sheet${index + 1}.xml`;
    if (!parts.names.includes(part)) return "workbook-damaged";
    grid.addSheet(name, isHidden);
    await parts.read(part, sheetEvents(grid, { texts, formats, is1904 }));
    if (parts.failure ?? grid.failure) return parts.failure ?? grid.failure;
  }
  return grid.sheets.length > 0 ? undefined : "workbook-damaged";
}

function openParts(entries: Directory, limits: Limits) {
  const sources = new Map(
    entries.flatMap((entry) => (entry.directory ? [] : [[partName(entry.filename), entry] as const])),
  );
  let before = 0;
  const parts = {
    names: [...sources.keys()],
    failure: undefined as FileFailure | undefined,
    /** Nothing where there is no such part. `most` is what it may unpack to. */
    async read(name: string, events: MarkupEvents, most = limits.entry): Promise<void> {
      const source = sources.get(name);
      if (!source || parts.failure) return;
      const decoder = new TextDecoder();
      const reader = markupReader(events);
      const unpacked = await unpackEntry({ source }, (bytes) => reader.write(decoder.decode(bytes, { stream: true })), {
        before,
        limits: { ...limits, entry: Math.min(limits.entry, most) },
      });
      if ("failure" in unpacked) parts.failure = unpacked.failure;
      else before += unpacked.size;
      reader.end();
    },
  };
  return parts;
}
type Parts = ReturnType<typeof openParts>;

const nothing = () => {};

/** Of the parts that name sheets and formats: enough for the worst of grown styles. */
const longestDescription = 50_000_000;

async function readSheetList(parts: Parts, main: string) {
  const sheets: { name: string; isHidden: boolean; link: string }[] = [];
  let is1904 = false;
  const events: MarkupEvents = {
    open(name, attributes) {
      if (name === "workbookpr") is1904 = /^(?:1|true|on)$/.test(attribute(attributes, "date1904") ?? "");
      if (name !== "sheet") return;
      const isHidden = (attribute(attributes, "state") ?? "visible") !== "visible";
      sheets.push({
        name: attribute(attributes, "name") ?? "",
        isHidden,
        link: attribute(attributes, "\\w+:id") ?? "",
      });
    },
    close: nothing,
    text: nothing,
  };
  await parts.read(main, events, longestDescription);
  return { sheets, is1904 };
}

async function readLinks(parts: Parts, main: string) {
  const folder = main.slice(0, main.lastIndexOf("/") + 1);
  const links: { id: string; type: string; target: string }[] = [];
  const events: MarkupEvents = {
    open(name, attributes) {
      if (name !== "relationship") return;
      const target = attribute(attributes, "Target") ?? "";
      links.push({
        id: attribute(attributes, "Id") ?? "",
        type: (attribute(attributes, "Type") ?? "").replace(/^.*\//, "").toLowerCase(),
        target: partName(/^[/\\]/.test(target) ? target : `${folder}${target.replace(/^\.\//, "")}`),
      });
    },
    close: nothing,
    text: nothing,
  };
  await parts.read(`${folder}_rels/${main.slice(folder.length)}.rels`, events, longestDescription);
  return links;
}

async function readFormats(parts: Parts, part: string): Promise<(string | undefined)[]> {
  const named = new Map<string, string>();
  const ids: string[] = [];
  let isInside = false;
  const events: MarkupEvents = {
    open(name, attributes) {
      if (name === "numfmt")
        named.set(attribute(attributes, "numFmtId") ?? "", attribute(attributes, "formatCode") ?? "");
      else if (name === "cellxfs") isInside = true;
      else if (name === "xf" && isInside) ids.push(attribute(attributes, "numFmtId") ?? "0");
    },
    close(name) {
      if (name === "cellxfs") isInside = false;
    },
    text: nothing,
  };
  await parts.read(part, events, longestDescription);
  return ids.map((id) => named.get(id) ?? builtinFormat(Number(id)));
}

async function readTexts(parts: Parts, part: string, limits: Limits): Promise<string[] | undefined> {
  const texts: string[] = [];
  let text = "";
  let isText = false;
  let isAside = false;
  await parts.read(part, {
    open(name) {
      if (name === "si") text = "";
      else if (name === "t") isText = !isAside;
      else if (name === "rph") isAside = true;
    },
    close(name) {
      if (name === "t") isText = false;
      else if (name === "rph") isAside = false;
      else if (name === "si" && texts.length <= limits.cells) texts.push(textOf(text));
    },
    text(piece) {
      if (isText) text += piece;
    },
  });
  return texts.length > limits.cells ? undefined : texts;
}

/** A text, with the characters that XML has no place for written as `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
function textOf(written: string): string {
  const text = detached(plainText(written));
  return text.includes("_x")
    ? text.replace(/_x([\dA-F]{4})_/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;
}

function sheetEvents(
  grid: Grid,
  { texts, formats, is1904 }: { texts: string[]; formats: (string | undefined)[]; is1904: boolean },
): MarkupEvents {
  let line = 0;
  let cells: string[] | undefined;
  let column = -1;
  let cell = "";
  let text = "";
  let isText = false;
  let isAside = false;
  return {
    open(name, attributes) {
      if (name === "c") {
        cell = attributes;
        column = columnOf(attributes) ?? column + 1;
        text = "";
      } else if (name === "v" || name === "t") isText = !isAside;
      else if (name === "rph") isAside = true;
      else if (name === "row") {
        line = countOf(attributes, "r", line + 1);
        cells = [];
        column = -1;
      }
    },
    close(name) {
      if (name === "v" || name === "t") isText = false;
      else if (name === "rph") isAside = false;
      else if (name === "c" && cells && text !== "") grid.place(cells, column, cellText(cell, text));
      else if (name === "row" && cells) {
        grid.addRow(line, cells);
        cells = undefined;
      }
    },
    text(piece) {
      if (isText) text += piece;
    },
  };

  function sharedText(index: number): string {
    const shared = texts[index];
    // Its texts are missing or cut off: to go on would lose them without a word.
    if (shared === undefined) grid.failure ??= "workbook-damaged";
    return shared ?? "";
  }

  function cellText(attributes: string, written: string): string {
    switch (attribute(attributes, "t")) {
      case "s":
        return sharedText(Number(written));
      case "str":
      case "inlineStr":
        return textOf(written);
      case "b":
        return booleanCell(written === "1" || written === "true");
      case "d":
        return isoCell(written) ?? written;
      case "e":
        return "";
      default: {
        const value = Number(written);
        return Number.isNaN(value)
          ? textOf(written)
          : numberCell(value, formats[Number(attribute(attributes, "s") ?? 0)], is1904);
      }
    }
  }
}

function columnOf(attributes: string): number | undefined {
  const letters = /(?:^|\s)r="([A-Z]{1,4})\d/.exec(attributes)?.[1];
  if (!letters) return undefined;
  let column = 0;
  for (let index = 0; index < letters.length; index++) column = column * 26 + letters.charCodeAt(index) - 64;
  return column - 1;
}
