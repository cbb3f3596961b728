import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { FileFailure, ProblemCode } from "#app/import/codes.ts";
import { type Field, fields } from "#app/import/columns.ts";
import { decodeParts, type Encoding, findEncoding } from "#app/import/decode.ts";
import { findDialect, isEmptyTable, type Line, RecordReader } from "#app/import/delimited.ts";
import { identify } from "#app/import/formats/container.ts";
import { openWorkbook, type Workbook } from "#app/import/formats/workbook.ts";
import { type GuessedList, guessList } from "#app/import/lists.ts";
import { Repeats } from "#app/import/repeats.ts";
import { DayOrder, type ImportRow, type Problem, RowReader } from "#app/import/rows.ts";
import { findSource } from "#app/import/sources.ts";
import { columnName, headLines, mappingOf, readHead, type TableHead } from "#app/import/table.ts";
import { cellValue } from "#app/import/words.ts";
import { needsCall } from "#app/rules/auto-reply.ts";
import { readPhone } from "#app/rules/phone.ts";
import { rowDoubts } from "#app/rules/row-doubts.ts";
import type { FileReading } from "#db/queries/import-drafts.ts";
import { copyIntoStage, copyProblems, mergeRepeats, problemLine } from "#db/queries/import-stage.ts";
import { StageRows } from "#db/queries/stage-rows.ts";
import type { ImportList } from "#db/schema.ts";
import { fileParts, withFile } from "./files.ts";
import { VerdictReader } from "./verdicts.ts";

/** The organisation's: its zone for times without one, its country for phones and the order of day and month. */
export type Home = { country: string; time_zone: string };

/** What a person said about a file; null = as recognised. */
export type Chosen = {
  list: ImportList | null;
  mapping: Record<string, string | null> | null;
  sheet: number | null;
  day_first: boolean | null;
};

/** What the review shows of a file that was read. */
export type Review = {
  /** Of a text; absent for a workbook. */
  encoding?: Encoding;
  delimiter?: string;
  /** Of a workbook with more than one. */
  sheets?: Workbook["sheets"];
  sheet?: number;
  guessed: GuessedList | null;
  /** The list that it is read as, chosen or guessed; null while nobody has said. */
  list: ImportList | null;
  /** How 03/02/2026 was read, where it mattered. */
  dayFirst: boolean | null;
  columns: { name: string; field: Field | null; recognised: Field | null; states: boolean; samples: string[] }[];
  rows: ShownRow[];
  /** Lines that are no data: totals, the header once more. */
  skipped: number;
  problems: {
    code: ProblemCode;
    rejected: boolean;
    count: number;
    examples: { line: number; value: string | null }[];
  }[];
};

export type ShownRow = Pick<
  ImportRow,
  "line" | "email" | "first_name" | "last_name" | "company" | "phone" | "facts"
> & {
  phone_e164?: string;
  reason?: string;
  /** When what the row is about happened, in ISO 8601. */
  at?: string;
};

export type StageFile = {
  /** Where the file lies. */
  place: string;
  /** What it was called; empty for a pasted table. */
  file_name: string;
  bytes: number;
  /** Number of the staging table, made by the caller. */
  stage_id: number;
  /** Whose problems are kept row by row; null = they are only counted. */
  import_id: number | null;
  chosen: Chosen;
  home: Home;
  password?: string;
  /** Asked how files with these headers were mapped before, where nobody has chosen anything yet. */
  recall?: (headers: string[]) => Promise<Chosen["mapping"]>;
  /** Told how many rows have been read and about how many there are; throws to stop. */
  onProgress?: (rows: number, about: number) => Promise<void>;
};

export type StagedFile = FileReading & { review: Review; mapping: Chosen["mapping"] };

/** Rows with a warning that are kept one by one, of each kind; all are counted. */
const keptWarnings = 10_000;
const shownRows = 10;
const shownSamples = 3;
const shownExamples = 3;

/**
 * A file's rows into its staging table, whatever its format, dialect and size: memory stays that of a few thousand lines (a workbook's
 * cells are held whole). Only what can't be read at all is a failure; throws what the disk and the database throw.
 */
export async function stageFile(file: StageFile): Promise<StagedFile | { failure: FileFailure }> {
  const opened = await openLines(file);
  if ("failure" in opened) return opened;
  const first = await firstLines(opened.lines());
  if (first.length === 0) return { failure: "empty" };
  const head = readHead(first);
  const names = head.mapping.map((_, column) => columnName(head, column));
  const wanted = file.chosen.mapping ?? (await file.recall?.(names)) ?? null;
  const byHand = knownFields(wanted);
  const mapping = mappingOf(head, byHand);
  const data = first.slice(head.firstRow).map((line) => line.cells);
  const guessed = guessList({
    fileName: file.file_name,
    titles: head.titles,
    mapping,
    rows: data,
    source: head.source,
    states: head.states,
    ofSource: head.list,
  });
  const list = file.chosen.list ?? guessed?.list ?? null;
  const columns = mapping.map((field, column) => ({
    name: names[column] ?? "",
    field,
    recognised: head.mapping[column] ?? null,
    states: Boolean(head.states?.[column]),
    samples: samplesOf(data, column),
  }));
  const review: Review = {
    ...opened.about,
    guessed: guessed ?? null,
    list: mapping.includes("email") ? list : null,
    dayFirst: null,
    columns,
    rows: [],
    skipped: 0,
    problems: [],
  };
  const reading: StagedFile = {
    list: review.list,
    source: head.source ?? null,
    headers: names,
    mapping: wanted,
    review,
    rules_version: null,
    staged: 0,
    duplicate: 0,
    rejected: 0,
  };
  try {
    if (review.list) await stageRows(file, { head, lines: opened.lines, reading, list: review.list, byHand });
  } catch (error) {
    if (error instanceof Unreadable) return { failure: error.failure };
    throw error;
  }
  return reading;
}

type Opened = {
  about: Pick<Review, "encoding" | "delimiter" | "sheets" | "sheet">;
  /** The file's records from the beginning, each time it is called. */
  lines: () => AsyncIterable<{ lines: Line[]; share: number; failure?: FileFailure }>;
};

async function openLines(file: StageFile): Promise<Opened | { failure: FileFailure }> {
  return withFile(file.place, async (bytes) => {
    const identity = await identify(bytes);
    if ("failure" in identity) return identity;
    // Archives were unpacked before; what is still one lay in another.
    if (identity.kind === "zip") return { failure: "archive" };
    if (identity.kind === "text") return openText(file);
    const workbook = await openWorkbook(bytes, { password: file.password, sheet: file.chosen.sheet ?? undefined });
    if ("failure" in workbook) return workbook;
    const { sheets, sheet, lines } = workbook;
    return {
      about: sheets.length > 1 ? { sheets, sheet } : {},
      async *lines() {
        for (let start = 0; start < lines.length; start += batch) {
          const part = lines.slice(start, start + batch);
          yield { lines: part, share: (start + part.length) / lines.length };
        }
      },
    };
  });
}

const batch = 4_000;

async function openText({ place, bytes }: StageFile): Promise<Opened | { failure: FileFailure }> {
  const found = await findEncoding(fileParts(place));
  if ("failure" in found) return found;
  const { encoding } = found;
  let start = "";
  for await (const part of decodeParts(fileParts(place), encoding)) {
    start += part;
    if (start.length > 65_536) break;
  }
  if (isEmptyTable(start)) return { failure: "empty" };
  const dialect = findDialect(start);
  async function* lines() {
    const reader = new RecordReader(dialect);
    let read = 0;
    async function* counted() {
      for await (const part of fileParts(place)) {
        read += part.length;
        yield part;
      }
    }
    for await (const text of decodeParts(counted(), encoding)) {
      yield { lines: reader.push(text), share: read / bytes, failure: reader.failure };
    }
    yield { lines: reader.end(), share: 1, failure: reader.failure };
  }
  return { about: { encoding, delimiter: dialect.delimiter }, lines };
}

async function firstLines(parts: ReturnType<Opened["lines"]>): Promise<Line[]> {
  const first: Line[] = [];
  for await (const { lines } of parts) {
    first.push(...lines.slice(0, headLines - first.length));
    if (first.length >= headLines) break;
  }
  return first;
}

function knownFields(mapping: Chosen["mapping"]): Record<number, Field | null> {
  const known: Record<number, Field | null> = {};
  for (const [column, name] of Object.entries(mapping ?? {})) {
    const field = name === null ? null : fields.find((one) => one === name);
    if (field !== undefined) known[Number(column)] = field;
  }
  return known;
}

/** The first different values of a column: from several rows, since the first is often empty. */
function samplesOf(rows: string[][], column: number): string[] {
  const samples = new Set<string>();
  for (const cells of rows) {
    const value = cellValue(cells[column]);
    if (value) samples.add(value.slice(0, 80));
    if (samples.size === shownSamples) break;
  }
  return [...samples];
}

/** A failure that shows only in the middle of a file. */
class Unreadable extends Error {
  constructor(readonly failure: FileFailure) {
    super(failure);
  }
}

type Rows = {
  head: TableHead;
  lines: Opened["lines"];
  list: ImportList;
  byHand: Record<number, Field | null>;
  /** Filled in. */
  reading: StagedFile;
};

async function stageRows(file: StageFile, { head, lines, list, byHand, reading }: Rows): Promise<void> {
  const { review } = reading;
  const order = await findDayOrder(head, lines, byHand);
  // Only the United States and a few islands write the month first; a source that has an order of its own keeps it.
  const ofSource = head.source && findSource(head.source).dates?.dayFirst;
  const dayFirst = file.chosen.day_first ?? ofSource ?? file.home.country !== "US";
  const orderOf = (column: number) => file.chosen.day_first ?? order.of(column, dayFirst);
  review.dayFirst = order.isNeeded ? order.any(dayFirst) : null;

  const problems = new ProblemLog(file.import_id);
  const reader = new RowReader(
    head,
    { list, mapping: byHand, timeZone: file.home.time_zone, dayFirst: orderOf },
    (problem) => problems.add(problem),
  );
  const verdicts = await VerdictReader.open();
  reading.rules_version = verdicts.rules_version;
  const repeats = new Repeats();
  const now = Date.now();
  let mayRepeat = false;

  const stage = new StageRows();
  const stageLine = (line: Line) => {
    const row = reader.read(line);
    if (!row) return;
    row.phone_e164 = readPhone(row.phone, file.home.country);
    const reason = row.bounce_reason ?? row.auto_reply_reason;
    if (reason !== undefined) {
      const domain = row.email_key.slice(row.email_key.lastIndexOf("@") + 1);
      row.verdict_id = verdicts.idOf(reason, { source: head.source ?? null, domain, told: row.bounce_told });
    }
    if (row.auto_reply_reason !== undefined)
      row.auto_reply_needs_call = needsCall(row.auto_reply_reason, row.email_key);
    for (const doubt of rowDoubts(row, now) ?? []) {
      problems.add({ line: row.line, column: null, ...doubt, raw: line.cells, rejected: false });
    }
    if (review.rows.length < shownRows) review.rows.push(shownRow(row));
    const repeated = repeats.seen(row.email_key);
    mayRepeat ||= repeated;
    reading.staged++;
    stage.add(row, repeated);
  };

  async function* filled() {
    let skip = head.firstRow;
    for await (const part of lines()) {
      if (part.failure) throw new Unreadable(part.failure);
      for (const line of skip > 0 ? part.lines.slice(skip) : part.lines) stageLine(line);
      skip -= Math.min(skip, part.lines.length);
      if (!stage.isEmpty) yield;
      await problems.drained();
      await file.onProgress?.(reader.total, Math.round(reader.total / Math.max(part.share, 0.0001)));
    }
  }

  try {
    await copyIntoStage(file.stage_id, stage, filled());
    await verdicts.save();
    const merged = mayRepeat ? await mergeRepeats(file.stage_id) : { duplicate: 0, twoKinds: [] };
    for (const { line, email } of merged.twoKinds) {
      problems.add({ line, column: null, code: "two-kinds", value: email, raw: [email], rejected: false });
    }
    await problems.end();
    reading.duplicate = merged.duplicate;
    reading.staged -= merged.duplicate;
    reading.rejected = reader.rejected;
    review.skipped = reader.skipped;
    review.problems = problems.groups();
  } catch (error) {
    problems.stop();
    throw error;
  }
}

/** Counts what is wrong with a file's rows, and keeps the rows themselves, for as long as there are not too many of a kind. */
class ProblemLog {
  private readonly counts = new Map<ProblemCode, Review["problems"][number]>();
  private readonly stream = new PassThrough();
  private readonly stored: Promise<void>;

  constructor(private readonly import_id: number | null) {
    this.stored = import_id === null ? Promise.resolve() : copyProblems(this.stream);
    this.stored.catch(() => {});
  }

  add(problem: Problem): void {
    const { code, rejected, line, value } = problem;
    const group = this.counts.get(code) ?? { code, rejected, count: 0, examples: [] };
    this.counts.set(code, group);
    group.count++;
    if (group.examples.length < shownExamples) group.examples.push({ line, value: value?.slice(0, 80) ?? null });
    if (this.import_id === null || (!rejected && group.count > keptWarnings)) return;
    this.stream.write(problemLine(this.import_id, problem));
  }

  /** Waits until the database has taken enough of them. */
  async drained(): Promise<void> {
    if (this.stream.writableNeedDrain) await Promise.race([once(this.stream, "drain"), this.stored]);
  }

  async end(): Promise<void> {
    this.stream.end();
    await this.stored;
  }

  stop(): void {
    this.stream.destroy(new Error("the reading ended"));
  }

  groups(): Review["problems"] {
    return [...this.counts.values()].sort((a, b) => Number(b.rejected) - Number(a.rejected) || b.count - a.count);
  }
}

/** Reads on only as far as it takes: nearly always the first lines tell. */
async function findDayOrder(head: TableHead, lines: Opened["lines"], byHand: Rows["byHand"]): Promise<DayOrder> {
  const order = new DayOrder(mappingOf(head, byHand));
  for await (const part of lines()) {
    order.see(part.lines);
    if (part.lines.length > 0 && order.isSettled) break;
  }
  return order;
}

function shownRow(row: ImportRow): ShownRow {
  const { line, email, first_name, last_name, company, phone, phone_e164, facts } = row;
  const reason = row.bounce_reason ?? row.auto_reply_reason;
  const at =
    row.bounced_at ?? row.auto_replied_at ?? row.clicked_at ?? row.opened_at ?? row.delivered_at ?? row.sent_at;
  return { line, email, first_name, last_name, company, phone, phone_e164, reason, at: at?.toISOString(), facts };
}
