import { z } from "zod";
import { isAddress } from "#app/import/addresses.ts";

/**
 * Every input is checked at the door by one of these three.
 * Messages are keys of app/i18n (`error.*`): a schema may name its own, the rest come from the map below.
 */
z.config({
  customError: (issue) => {
    if (issue.code === "invalid_type" || (issue.code === "too_small" && issue.minimum === 1)) return "error.required";
    if (issue.code === "too_big") return issue.origin === "string" ? "error.tooLong" : "error.tooLarge";
    if (issue.code === "invalid_format" && issue.format === "email") return "error.email";
    if (issue.code === "invalid_value") return "error.choice";
    return "error.invalid";
  },
});

/** The path's parameters, or 404: a bad one names a page that doesn't exist. */
export function parseParams<T>(params: Record<string, string | undefined>, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(params);
  if (!parsed.success) throw new Response(null, { status: 404 });
  return parsed.data;
}

/** The query string; give every field `.catch(default)`, so that a bad value falls back instead of failing. */
export function parseSearch<T>(request: Request, schema: z.ZodType<T>): T {
  return schema.parse(fieldsOf(new URL(request.url).searchParams));
}

export type FormErrors = Record<string, string>;
/** What an action returns with status 400: messages by field (key of i18n) and what was typed, to fill the form again. */
export type RefusedForm = { ok: false; errors: FormErrors; values: Record<string, string> };

/** A form's fields, checked. A field given several times (checkboxes) arrives as an array. Passwords are never echoed. */
export async function parseForm<T>(
  request: Request,
  schema: z.ZodType<T>,
): Promise<{ ok: true; value: T } | RefusedForm> {
  return parseFields(fieldsOf(await readForm(request)), schema);
}

/** More fields than any page of ours has, at 200 rows with a box each. */
const mostFields = 20_000;

/** A form's fields as they came. Throws 400 for a body that is no form, or a broken or endless one: no page of ours sends such. */
export async function readForm(request: Request): Promise<FormData> {
  const form = await request.formData().catch(() => undefined);
  if (!form || [...form.keys()].length > mostFields) throw new Response(null, { status: 400 });
  return form;
}

/** The same for fields that were read already, as an upload's are. */
export function parseFields<T>(
  fields: Record<string, unknown>,
  schema: z.ZodType<T>,
): { ok: true; value: T } | RefusedForm {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors: FormErrors = {};
  for (const issue of parsed.error.issues) errors[issue.path.join(".") || "form"] ??= issue.message;
  return refuse(errors, fields);
}

/** A form that its own fields could not show to be wrong: a name that is taken, a wrong password. */
export function refuse(errors: FormErrors, fields: Record<string, unknown> = {}): RefusedForm {
  return { ok: false, errors, values: typedIn(fields) };
}

/** What was typed, to fill a form again. */
export function typedIn(fields: Record<string, unknown>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string" && !name.toLowerCase().includes("password")) values[name] = value;
  }
  return values;
}

function fieldsOf(entries: Iterable<[string, unknown]>): Record<string, unknown> {
  const fields = new Map<string, unknown[]>();
  for (const [name, raw] of entries) {
    const value = typeof raw === "string" ? plain(raw) : raw;
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.length > 1 ? values : values[0]]));
}

/** Without the zero character: PostgreSQL's text has no place for it, and no person types it. */
export const plain = (text: string) => text.replaceAll("\0", "");

/** A row's id in a path or a form. */
export const Id = z.coerce.number().int().min(1).max(2_147_483_647);
/** Zero, one or many ids, as checkboxes send them. */
export const Ids = z
  .union([z.array(Id), Id.transform((id) => [id])])
  .optional()
  .transform((ids) => ids ?? []);
/** A line of text that may stay empty: trimmed, without control characters. */
export const optionalText = (max: number) => z.string().trim().max(max).default("");
export const requiredText = (max: number) => z.string().trim().min(1).max(max);
/** Which page of a list, and how many rows it has: `?page=2&size=100`. */
export const PageNumber = z.coerce.number().int().min(1).max(100_000).catch(1);
export const PageSize = z.coerce
  .number()
  .pipe(z.literal([25, 50, 100, 200]))
  .catch(50);
/** Somebody's e-mail address, trimmed. */
export const Email = z.string().trim().min(1).max(254).refine(isAddress, "error.email");
/** A password as typed: spaces belong to it. What it must be like is rules/password.ts's to say. */
export const Password = z.string().min(1).max(1000);
