import { type CountryCode, isSupportedCountry, Metadata, parsePhoneNumberFromString } from "libphonenumber-js/min";

/** What separates two numbers in one cell, or a number from its extension. */
const separators = /[/;,|\n]|\s[-–]\s|\s(?:y|o|or|and)\s|\b(?:ext|extension|extensión|anexo)\b\.?/i;

/**
 * A phone as people write it → E.164 (`+573001234567`), or undefined where none can be read. `country` (ISO 3166-1 alpha-2) is whose
 * number one without a country code is. Of several numbers in one cell the first that can be read counts.
 */
export function readPhone(text: string | undefined, country: string): string | undefined {
  if (!text || text.length > 200) return undefined;
  const plain = plainNumber(text, country);
  if (plain) return plain;
  const defaultCountry = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  for (const part of [text, ...text.split(separators)]) {
    const international = part.trim().replace(/^00(?=[1-9])/, "+");
    const phone = parsePhoneNumberFromString(international, { defaultCountry, extract: false });
    if (phone?.isValid()) return phone.number;
  }
  return undefined;
}

type Plan = { code: string; national: RegExp };
const plans = new Map<string, Plan | null>();

/**
 * The usual number, by the library's own tables: digits of the country's plan with nothing before them that could be a prefix. The
 * library takes 15 microseconds for a number, and a file has a million.
 */
function plainNumber(text: string, country: string): string | undefined {
  let plan = plans.get(country);
  if (plan === undefined) {
    plan = planOf(country);
    plans.set(country, plan);
  }
  if (!plan || !/^\+?\d[\d -]{5,18}\d$/.test(text)) return undefined;
  const digits = /[ -]/.test(text) ? text.replaceAll(/[ -]/g, "") : text;
  const national = digits.startsWith(plan.code) ? digits.slice(plan.code.length) : digits;
  return plan.national.test(national) ? plan.code + national : undefined;
}

function planOf(country: string): Plan | null {
  if (!isSupportedCountry(country)) return null;
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country as CountryCode);
  const plan = metadata.numberingPlan as unknown as Record<string, () => string | undefined>;
  const prefixes = [plan.IDDPrefix?.(), plan.nationalPrefix?.(), plan.nationalPrefixForParsing?.(), "0"];
  return {
    code: `+${plan.callingCode?.()}`,
    national: new RegExp(`^(?!${prefixes.filter(Boolean).join("|")})(?:${plan.nationalNumberPattern?.()})$`),
  };
}
