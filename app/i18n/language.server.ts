import { createCookie } from "@remix-run/node";
import type { TFunction } from "i18next";
import { languages } from "#db/lists.ts";
import type { Language } from "#db/schema.ts";
import en from "./en.ts";
import es from "./es.ts";
import { createI18n } from "./instance.ts";

export const languageCookie = createCookie("language", { path: "/", sameSite: "lax", maxAge: 365 * 24 * 60 * 60 });

export const texts = { es, en };

/** What the person chose, else the first of the browser's languages that we speak (RFC 9110, 12.5.4), else Spanish. */
export async function languageOf(request: Request): Promise<Language> {
  const chosen: unknown = await languageCookie.parse(request.headers.get("Cookie"));
  return languages.find((language) => language === chosen) ?? preferred(request.headers.get("Accept-Language")) ?? "es";
}

function preferred(header: string | null): Language | undefined {
  const wanted = (header ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...rest] = part.trim().split(";");
      const quality = rest.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { language: tag.toLowerCase().split("-")[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of wanted) {
    const spoken = languages.find((ours) => ours === language);
    if (spoken) return spoken;
  }
}

const translators = Object.fromEntries(
  languages.map((language) => [language, createI18n(language, texts[language]).t]),
) as Record<Language, TFunction>;

/** `t` outside of React: file names, exports, messages of a job. */
export function translator(language: Language): TFunction {
  return translators[language];
}
