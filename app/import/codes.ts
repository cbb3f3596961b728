// Closed lists of everything that can be wrong with a file or a row. The words that people read for them are in app/i18n.

/** Why a file can't be read at all. */
export const fileFailures = [
  "empty",
  "binary",
  "spreadsheet",
  "archive",
  "encrypted",
  "web-page",
  "too-many-columns",
  "too-many-rows",
  /** Not returned by this folder: the answer of a caller whose table has no column mapped to `email`. */
  "no-address-column",
] as const;
export type FileFailure = (typeof fileFailures)[number];

/** Why a row is left out. Every rejected row has exactly one of these. */
export const rejections = [
  "no-address",
  "malformed-address",
  "several-addresses",
  "cell-too-long",
  "no-status",
  "unknown-status",
  "bounce-without-kind",
] as const;

/** What was odd about a row that was read all the same. */
const warnings = ["malformed-date", "extra-cells", "unclosed-quote", "two-kinds"] as const;

export const problemCodes = [...rejections, ...warnings] as const;
export type ProblemCode = (typeof problemCodes)[number];
