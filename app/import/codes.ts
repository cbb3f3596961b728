// Closed lists of everything that can be wrong with a file or a row. The words that people read for them are in app/i18n.

/** Why a file can't be read at all. */
export const fileFailures = [
  "empty",
  "binary",
  "pdf",
  /** A workbook of a kind that isn't read: XLSB, Numbers. */
  "spreadsheet",
  "workbook-damaged",
  /** Packed in another way than ZIP, or in a ZIP by a method that isn't read. */
  "archive",
  "archive-damaged",
  "archive-empty",
  "archive-too-many-files",
  "archive-too-large",
  /** Unpacks to many times its size. */
  "archive-bomb",
  /** Protected in a way that isn't read, whatever the password. */
  "encrypted",
  "needs-password",
  "wrong-password",
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
  /** The mailer never sent it: there is no delivery to speak of. */
  "not-sent",
] as const;

/** What was odd about a row that was read all the same. */
const warnings = [
  "malformed-date",
  "date-out-of-range",
  "extra-cells",
  "unclosed-quote",
  "two-kinds",
  "unreadable-phone",
  "role-address",
  "typing-error",
] as const;

export const problemCodes = [...rejections, ...warnings] as const;
export type ProblemCode = (typeof problemCodes)[number];
