import type { Language } from "#db/schema.ts";

const latinAmerica = "CO AR BO BR CL CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE".split(" ");
// Codes that Intl names, too: unions, test locales, parts of countries and countries of the past.
const noCountries = new Set(
  "AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ".split(" "),
);

export interface Country {
  /** ISO 3166-1 alpha-2. */
  code: string;
  name: string;
}

/** Every country by its name in that language: Colombia, where most users are, then Latin America, then the rest. */
export function listCountries(language: Language): { near: Country[]; far: Country[] } {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const all = letters
    .flatMap((first) => letters.map((second) => first + second))
    .map((code) => ({ code, name: noCountries.has(code) ? undefined : names.of(code) }))
    .filter((country): country is Country => country.name !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name, language));
  const isNear = ({ code }: Country) => latinAmerica.includes(code);
  const isFirst = ({ code }: Country) => code === latinAmerica[0];
  return {
    near: [...all.filter(isFirst), ...all.filter((country) => isNear(country) && !isFirst(country))],
    far: all.filter((country) => !isNear(country)),
  };
}

export function isCountry(code: string): boolean {
  const { near, far } = listCountries("es");
  return [...near, ...far].some((country) => country.code === code);
}

/** IANA's names of time zones. */
export function listTimeZones(): string[] {
  return [...Intl.supportedValuesOf("timeZone"), "UTC"];
}

export function isTimeZone(name: string): boolean {
  return listTimeZones().includes(name);
}
