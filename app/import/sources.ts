import type { ImportList } from "#db/schema.ts";
import type { Field } from "./columns.ts";
import type { Fact } from "./lists.ts";
import { brevo } from "./sources/brevo.ts";
import { hubspot } from "./sources/hubspot.ts";
import { listmonk } from "./sources/listmonk.ts";
import { mailchimp } from "./sources/mailchimp.ts";
import { mailgun } from "./sources/mailgun.ts";
import { postmark } from "./sources/postmark.ts";
import { sendgrid } from "./sources/sendgrid.ts";
import { ses } from "./sources/ses.ts";
import { zoho } from "./sources/zoho.ts";
import { cellValue, headerKey, plainWords } from "./words.ts";

export const sourceIds = [
  "zoho",
  "mailchimp",
  "brevo",
  "sendgrid",
  "hubspot",
  "mailgun",
  "postmark",
  "ses",
  "listmonk",
] as const;
export type SourceId = (typeof sourceIds)[number];

/**
 * What a vendor's word says of a delivery; "unsent" = the mail never left, null = it is known, and says nothing of what became of one that is
 * under way.
 */
type Meaning = Fact | "bounce" | "unsent" | null;

/**
 * One mailer, as data. A new one is a file in `sources/`, its id above, its line below, and a fixture. Headers and words stand as the vendor
 * writes them; they are compared like all others, without case, accents, spaces and punctuation.
 */
export interface Source {
  id: SourceId;
  name: string;
  /** The vendor's page that the table was written from. */
  page: string;
  /** Its kinds of export. */
  files: readonly SourceFile[];
  /** The words of its status columns. */
  statuses: Readonly<Record<string, Meaning>>;
  /** The words of the column beside a bounce that says which kind it was. */
  kinds?: Readonly<Record<string, Meaning>>;
  /** How it calls the files of one list, as words of their names, where general words don't say it. */
  fileNames?: Readonly<Record<string, Fact>>;
  dates?: {
    /** Whether its numeric dates put the day first, whatever the reader's country does. */
    dayFirst?: boolean;
  };
}

export interface SourceFile {
  /** Sets of headers, comma-separated. The file is recognised by any set that it has whole. */
  has: readonly string[];
  /** Header → field, before the general aliases; null = kept aside on purpose. Several may share a field where a row fills one. */
  headers?: Readonly<Record<string, Field | null>>;
  /** Columns whose filled cells state a fact themselves: a date, a count, TRUE. */
  states?: Readonly<Record<string, Fact | "bounce">>;
  /** What every file of this kind is; undefined where its name or its words decide. */
  list?: ImportList;
  /** Where the headers could be anybody's: a column whose filled cells must all be the vendor's words, or look like `as`. */
  told?: { by: string; as?: RegExp };
}

const tables: Record<SourceId, Source> = {
  zoho,
  mailchimp,
  brevo,
  sendgrid,
  hubspot,
  mailgun,
  postmark,
  ses,
  listmonk,
};
export const sources: readonly Source[] = sourceIds.map((id) => tables[id]);

const keyed = <Value>(table: Readonly<Record<string, Value>> = {}, keyOf: (text: string) => string) =>
  new Map(Object.entries(table).map(([text, value]) => [keyOf(text), value]));

const known = new Map(
  sources.map((source) => [
    source.id,
    {
      statuses: keyed(source.statuses, headerKey),
      kinds: keyed(source.kinds, headerKey),
      fileNames: keyed(source.fileNames, plainWords),
    },
  ]),
);

const files = sources.flatMap((source) =>
  source.files.flatMap((file) =>
    file.has.map((set) => ({
      source,
      file,
      keys: set.split(",").map(headerKey),
      headers: keyed(file.headers, headerKey),
    })),
  ),
);

/** A source's table by its id. */
export function findSource(id: SourceId): Source {
  return tables[id];
}

/** What a source means by a word in its status column; undefined for words that it doesn't have. */
export function sourceStatus(id: SourceId, text: string): Meaning | undefined {
  return known.get(id)?.statuses.get(headerKey(text));
}

/** What a source means by a word in its column of bounce kinds; undefined for words that it doesn't have. */
export function sourceKind(id: SourceId, text: string): Meaning | undefined {
  return known.get(id)?.kinds.get(headerKey(text));
}

/** The list that a source's file is by its name (without extension), where the name is one of the source's own. */
export function sourceFileList(id: SourceId, fileName: string): Fact | undefined {
  const name = ` ${plainWords(fileName)} `;
  for (const [words, fact] of known.get(id)?.fileNames ?? []) if (name.includes(` ${words} `)) return fact;
  return undefined;
}

/** A file whose source is known: its kind, and what the source says of each column; undefined where it leaves one to the general aliases. */
export interface RecognisedFile {
  source: Source;
  file: SourceFile;
  fields: (Field | null | undefined)[];
  /** The fact that a filled cell of each column states, if it does. */
  states: (Fact | "bounce" | null)[];
}

/**
 * The source of a table by its headers, and where these could be anybody's, by the words in `sample`, some of its rows. Of several kinds of
 * file that fit, the one that asks for most headers.
 */
export function recogniseSource(headers: string[], sample: string[][]): RecognisedFile | undefined {
  const keys = headers.map(headerKey);
  const present = new Set(keys);
  const isTold = ({ source, file }: (typeof files)[number]) =>
    !file.told || columnTells(source.id, file.told.as, sample, keys.indexOf(headerKey(file.told.by)));
  const fitting = files.filter((one) => one.keys.every((key) => present.has(key)) && isTold(one));
  const best = fitting.reduce<(typeof files)[number] | undefined>(
    (most, one) => (most && most.keys.length >= one.keys.length ? most : one),
    undefined,
  );
  if (!best) return undefined;
  const states = keyed(best.file.states, headerKey);
  return {
    source: best.source,
    file: best.file,
    // Of a header that comes twice, the first column counts.
    fields: keys.map((key, column) => (keys.indexOf(key) === column ? best.headers.get(key) : undefined)),
    states: keys.map((key, column) => (keys.indexOf(key) === column ? states.get(key) : undefined) ?? null),
  };
}

function columnTells(id: SourceId, as: RegExp | undefined, sample: string[][], column: number): boolean {
  const values = sample.map((cells) => cellValue(cells[column])).filter((value) => value !== undefined);
  return values.every((value) => (as ? as.test(value) : sourceStatus(id, value) !== undefined));
}
