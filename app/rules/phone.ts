import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";

/** What separates two numbers in one cell, or a number from its extension. */
const separators = /[/;,|\n]|\s[-–]\s|\s(?:y|o|or|and)\s|\b(?:ext|extension|extensión|anexo)\b\.?/i;

/**
 * A phone as people write it → E.164 (`+573001234567`), or undefined where none can be read. `country` (ISO 3166-1 alpha-2) is whose
 * number one without a country code is. Of several numbers in one cell the first that can be read counts.
 */
export function readPhone(text: string | undefined, country: string): string | undefined {
  if (!text || text.length > 200) return undefined;
  const defaultCountry = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  for (const part of [text, ...text.split(separators)]) {
    const international = part.trim().replace(/^00(?=[1-9])/, "+");
    const phone = parsePhoneNumberFromString(international, { defaultCountry, extract: false });
    if (phone?.isValid()) return phone.number;
  }
  return undefined;
}
