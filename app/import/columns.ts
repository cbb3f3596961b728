import type { ImportList } from "#db/schema.ts";
import { readAddress } from "./addresses.ts";
import { type Fact, statesOutcome } from "./lists.ts";
import { type RecognisedFile, recogniseSource, type SourceId } from "./sources.ts";
import { cellValue, headerKey, plainWords } from "./words.ts";

/** What a column can be mapped to. Columns without a field are kept aside under their header. */
export const fields = [
  "email",
  "status",
  "bounce_kind",
  "reason",
  "smtp_code",
  "bounce_label",
  "first_name",
  "last_name",
  "full_name",
  "company",
  "phone",
  "mobile",
  "crm_record_id",
  "crm_module",
  "sent_at",
  "opened_at",
  "clicked_at",
  "bounced_at",
  "event_at",
  "opens",
  "clicks",
] as const;
export type Field = (typeof fields)[number];

/** A column's field by position; null = kept aside. */
export type Mapping = (Field | null)[];

/**
 * Headers in English and Spanish that mean the same whoever wrote them, compared without case, accents, spaces and punctuation. What only
 * one mailer writes stands in its table in `sources/`.
 */
const aliases: Record<Field, string> = {
  email: `contact email, contact email address, email, email address, email id, mail, mail address, primary email, recipient,
    recipient email, subscriber email, lead email, user email, to, rcpt to, correo, correo electrónico, correo de contacto,
    correo del contacto, correo electrónico de contacto, correo electrónico del contacto, dirección de correo,
    dirección de correo electrónico, dirección de email, dirección email, email de contacto, email del contacto, destinatario, para`,
  status: `status, delivery status, contact status, email status, event, event type, result, estado, estatus, estado de entrega,
    estado del envío, estado del contacto, evento, tipo de evento, resultado`,
  bounce_kind: `bounce type, bounce kind, bounce category, type of bounce, tipo de rebote, tipo rebote, clase de rebote, categoría de rebote`,
  reason: `bounce reason, reason, reason for bounce, bounce message, bounce detail, bounce details, bounce description, error, error message,
    smtp response, smtp error, diagnostic code, motivo, motivo del rebote, motivo de rebote, motivo de la respuesta, razón, razón de rebote,
    razón del rebote, causa, causa del rebote, causa de rebote, detalle del rebote, mensaje de error, mensaje de rebote`,
  smtp_code: `smtp code, smtp status code, smtp reply code, smtp error code, enhanced status, enhanced status code, enhanced code, código smtp`,
  bounce_label: `bounce subtype, bounce sub type, subtipo de rebote`,
  first_name: `first name, contact first name, contactfn, fname, given name, nombre, nombres, primer nombre, nombre de pila, nombre del contacto`,
  last_name: `last name, contact last name, contactln, lname, surname, family name, apellido, apellidos, primer apellido, apellido del contacto`,
  full_name: `full name, name, contact name, contact, nombre completo, nombre y apellido, nombre y apellidos, nombres y apellidos, contacto, nombre de contacto`,
  company: `company, company name, organization, organisation, organization name, account, account name, business, business name, empresa,
    nombre de la empresa, nombre de empresa, compañía, nombre de la compañía, organización, cuenta, nombre de cuenta, nombre de la cuenta,
    razón social, negocio, institución, entidad`,
  phone: `phone, phone number, telephone, telephone number, tel, work phone, business phone, office phone, contact phone, home phone, teléfono,
    teléfonos, número de teléfono, número telefónico, teléfono fijo, teléfono de contacto, teléfono del contacto, teléfono oficina,
    teléfono de oficina, teléfono trabajo, teléfono del trabajo, fijo`,
  mobile: `mobile, mobile phone, mobile number, cell, cell phone, cell number, cellular, whatsapp, celular, número de celular, teléfono celular,
    móvil, teléfono móvil, número de móvil`,
  crm_record_id: `record id, crm record id, crm id, zoho crm id, zoho crm record id, id de registro, id del registro, id de registro crm, id crm`,
  crm_module: `module, crm module, record module, módulo, módulo crm, módulo de crm`,
  sent_at: `sent date, sent time, sent on, sent at, send date, send time, date sent, fecha de envío, fecha del envío, fecha envío, hora de envío, enviado el`,
  opened_at: `open date, open time, opened date, opened time, opened on, opened at, first open, first opened, first open date, last open, last opened,
    last open date, fecha de apertura, hora de apertura, abierto el, primera apertura, última apertura`,
  clicked_at: `click date, click time, clicked date, clicked time, clicked on, clicked at, first click, first clicked, last click, last clicked,
    fecha de clic, hora de clic, primer clic, último clic`,
  bounced_at: `bounce date, bounce time, bounced date, bounced time, bounced on, bounced at, fecha de rebote, fecha del rebote, hora de rebote, rebotado el`,
  event_at: `date, time, date time, date and time, timestamp, event date, event time, fecha, hora, fecha y hora, fecha del evento, fecha de evento`,
  opens: `opens, open count, opens count, opened count, total opens, unique opens, aperturas, número de aperturas, total de aperturas, veces abierto`,
  clicks: `clicks, click count, clicks count, clicked count, total clicks, unique clicks, clics, número de clics, total de clics`,
};

const fieldOfHeader = new Map<string, Field>();
for (const field of fields) {
  for (const alias of aliases[field].split(",")) fieldOfHeader.set(headerKey(alias), field);
}

function fieldOf(header: string): Field | undefined {
  return fieldOfHeader.get(headerKey(header));
}

/** How many different fields a line's cells name: what tells a header from a title above it. */
export function countKnownHeaders(cells: string[]): number {
  return new Set(cells.map(fieldOf).filter(Boolean)).size;
}

/** What a filled cell of each column states itself, by position; null = nothing. */
export type States = (Fact | "bounce" | null)[];

export interface Columns {
  /** Undefined where the table has no header. */
  headers: string[] | undefined;
  /** Position of the first line that isn't title or header. */
  firstRow: number;
  mapping: Mapping;
  /** The mailer that writes such headers, if it is a known one; its words are then read as it means them. */
  source?: SourceId;
  /** Absent where no column states a fact by being filled. */
  states?: States;
  /** What every file with these headers is, where the headers alone say it. */
  list?: ImportList;
}

const headerSearch = 20;
const contentSample = 200;

/**
 * Finds the header among a table's first lines (exports put titles above it) and reads each column's field from it: as its source has it, then
 * by the general aliases, then by content where that is safe. A table that starts with data is read in the order of Zoho's report:
 * Contact Email | Bounce reason | First Name | Last Name | Company Name | Phone, with or without the reason.
 */
export function findColumns(lines: string[][]): Columns {
  const firstData = lines.slice(0, headerSearch).findIndex((cells) => cells.some(looksLikeAddress));
  const candidates = lines.slice(0, firstData < 0 ? headerSearch : firstData);
  const header = headerAmong(candidates);
  if (header === undefined) {
    const width = lines.slice(0, contentSample).reduce((most, cells) => Math.max(most, cells.length), 0);
    return { headers: undefined, firstRow: 0, mapping: mappingByOrder(lines.slice(0, contentSample), width) };
  }
  const headers = (lines[header] ?? []).map((cell) => cell.trim());
  while (headers.length > 1 && headers.at(-1) === "") headers.pop();
  const firstRow = header + 1;
  const sample = lines.slice(firstRow, firstRow + contentSample);
  const recognised = recogniseSource(headers, sample);
  const columns: Columns = { headers, firstRow, mapping: mappingByHeader(headers, sample, recognised) };
  if (!recognised) return columns;
  columns.source = recognised.source.id;
  if (recognised.states.some(Boolean)) columns.states = recognised.states;
  if (recognised.file.list) columns.list = recognised.file.list;
  return columns;
}

function headerAmong(lines: string[][]): number | undefined {
  const ofSource = lines.findIndex((cells) => recogniseSource(cells, []) !== undefined);
  if (ofSource >= 0) return ofSource;
  const hits = lines.map(countKnownHeaders);
  const most = Math.max(0, ...hits);
  if (most > 0) return hits.indexOf(most);
  // In a language that isn't known yet: titles fill fewer cells than the header below them.
  const filled = lines.map((cells) => cells.filter((cell) => cell.trim() !== "").length);
  return lines.length > 0 ? filled.indexOf(Math.max(...filled)) : undefined;
}

function mappingByHeader(headers: string[], sample: string[][], recognised: RecognisedFile | undefined): Mapping {
  const own = recognised?.fields ?? [];
  const taken = new Set(own);
  const mapping = headers.map((header, column) => {
    const ofSource = own[column];
    // An address is one, wherever its source may write it.
    if (ofSource === "email" && own.indexOf("email") !== column) return null;
    if (ofSource !== undefined) return ofSource;
    const field = fieldOf(header);
    if (!field || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
  const isOpen = (column: number) => own[column] !== null;
  const named = mapping.indexOf("email");
  const filled = addressColumn(sample, headers.length, isOpen);
  // "Contacto" or "Para" may head names or addresses; the cells know.
  if (filled !== undefined && (named < 0 || share(sample, named, holdsAddress) === 0)) {
    if (named >= 0) mapping[named] = null;
    mapping[filled] = "email";
  }
  // A header that is known, or that its source keeps aside, isn't read as anything else.
  const unknown = headers.map((header, column) => own[column] === undefined && fieldOf(header) === undefined);
  mapByContent(mapping, headers, sample, (column) => unknown[column] === true && mapping[column] === null);
  return mapping;
}

/** Fields that no header names, by what their columns hold. Numbers and dates of other kinds look alike, so the tests are strict. */
function mapByContent(mapping: Mapping, headers: string[], sample: string[][], isFree: (column: number) => boolean) {
  const place = (field: Field, test: (column: number) => boolean) => {
    if (mapping.includes(field)) return;
    const column = headers.findIndex((_, column) => isFree(column) && test(column));
    if (column >= 0) mapping[column] = field;
  };
  place("reason", (column) => mostly(sample, column, isServerAnswer));
  if (!mapping.includes("mobile")) {
    place("phone", (column) => {
      const namesPhone = phoneWords.test(plainWords(headers[column] ?? ""));
      return mostly(sample, column, namesPhone ? looksLikePhone : isWrittenAsPhone);
    });
  }
  if (!mapping.includes("bounce_kind")) place("status", (column) => statesOutcome(valuesOf(sample, column)));
}

function mappingByOrder(sample: string[][], width: number): Mapping {
  const mapping: Mapping = Array(width).fill(null);
  const email = addressColumn(sample, width, () => true);
  if (email === undefined) return mapping;
  mapping[email] = "email";
  const reason = mapping.findIndex((_, column) => mostly(sample, column, looksLikeReason));
  const phone = mapping.findLastIndex((_, column) => mostly(sample, column, looksLikePhone));
  if (reason >= 0) mapping[reason] = "reason";
  if (phone >= 0) mapping[phone] = "phone";
  if (email !== 0 || reason > 1) return mapping;

  const withReason = reason === 1 || (reason < 0 && width === 6);
  const order: Field[] = withReason
    ? ["email", "reason", "first_name", "last_name", "company", "phone"]
    : ["email", "first_name", "last_name", "company", "phone"];
  // A phone elsewhere says that the columns are others than the report's.
  if (phone >= 0 && phone !== order.indexOf("phone")) return mapping;
  for (const [column, field] of order.entries()) if (column < width) mapping[column] = field;
  return mapping;
}

/** The column of addresses; where there are several, the one with most different ones: senders and owners repeat. */
function addressColumn(sample: string[][], width: number, isOpen: (column: number) => boolean): number | undefined {
  let best: { column: number; different: number } | undefined;
  for (let column = 0; column < width; column++) {
    if (!isOpen(column) || share(sample, column, holdsAddress) < 0.5) continue;
    const different = new Set(valuesOf(sample, column).map((value) => value.toLowerCase())).size;
    if (!best || different > best.different) best = { column, different };
  }
  return best?.column;
}

function holdsAddress(cell: string): boolean {
  return cell.includes("@") && "email" in readAddress(cell);
}

/** A mistyped address counts too: a first row must not pass for a header because its address is wrong. "@timestamp" is a header. */
function looksLikeAddress(cell: string): boolean {
  return holdsAddress(cell) || /^(?:[^\s:@]+@[^\s:]*|@[^\s:]*\.[^\s:]*)$/.test(cell.trim());
}

function looksLikeReason(text: string): boolean {
  return (
    /temporary|permanent|failure|smtp|mailbox|bounce|rejected|unknown|relay|timed? ?out|expired|respuesta|buz[oó]n|rechaz|fallo/i.test(
      text.slice(0, 500),
    ) || /(?:^|\D)[45]\d\d[ -]|[45]\.\d\.\d/.test(text.slice(0, 500))
  );
}

/** What a mail server answers: its code with the enhanced one or "smtp" beside it, or words that nobody else uses. A street may begin with 550. */
function isServerAnswer(text: string): boolean {
  const start = text.slice(0, 500);
  return (
    /^smtp ?[;:] ?[45]\d\d[ -]/i.test(start) ||
    /(?:^|[\s;:(#-])[45]\.[0-7]\.\d{1,3}(?![\d.])(?=.*\p{L}{3})/su.test(start) ||
    serverWords.test(start)
  );
}

const serverWords =
  /(?:temporary|permanent) failure|user unknown|unknown user|no such (?:user|recipient|mailbox)|mailbox (?:is )?(?:full|unavailable|disabled|not found)|(?:over|exceeded) quota|quota exceeded|relay(?:ing)? denied|recipient (?:address )?rejected|delivery time expired|bad-connection|no-answer-from-host|routing-errors|host not found|buz[oó]n lleno|usuario (?:desconocido|no existe)/i;

const phoneWords =
  /(?:^| )(?:tel|telf|tlf|tfno|telefonos?|telefonic[oa]|phones?|cel|celular|celulares|cell|movil|moviles|mobile|whatsapp|fono)(?: |$)/;

function looksLikePhone(text: string): boolean {
  return /^[+(]?\d[\d\s().+/-]{5,24}$/.test(text) && !isDate(text);
}

/** A number that little but a phone is written like: a country's +, brackets around an area, or groups that end in four digits. */
function isWrittenAsPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return digits >= 7 && digits <= 15 && looksLikePhone(text) && phoneForms.some((form) => form.test(text));
}

const phoneForms = [
  /^\+\d{1,3}[\s().-]{0,2}\d/,
  /^00 ?\d{1,3}[ -]\(?\d/,
  /^\(\d{1,4}\) ?\d/,
  /^\d{3}[ -]\d{3}[ -](?:\d{4}|\d{2}[ -]\d{2})$/,
];

function isDate(text: string): boolean {
  return /^(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{2}|\d{4}))(?:$|[T ]\d{1,2}:)/.test(text);
}

function mostly(sample: string[][], column: number, test: (text: string) => boolean): boolean {
  return share(sample, column, test) > 0.5;
}

/** The share of a column's filled cells that pass. */
function share(sample: string[][], column: number, test: (text: string) => boolean): number {
  const values = valuesOf(sample, column);
  return values.length === 0 ? 0 : values.filter(test).length / values.length;
}

function valuesOf(sample: string[][], column: number): string[] {
  return sample.map((cells) => cellValue(cells[column])).filter((value) => value !== undefined);
}
