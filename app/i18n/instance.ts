import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "#db/schema.ts";
import type { Texts } from "./es.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: Texts };
    returnNull: false;
  }
}

/** One language's texts, ready for `t`. A key that is missing throws in development and in tests, never in production. */
export function createI18n(language: Language, texts: Texts): i18n {
  const instance = i18next.createInstance();
  instance.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: withMany(texts) } },
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  });
  return instance;
}

/**
 * Spanish has a plural of its own for exact millions ("1 000 000 de filas"), which Intl calls `many`.
 * Where a text gives no `_many`, its `_other` serves.
 */
function withMany<T>(texts: T): T {
  if (typeof texts !== "object" || texts === null) return texts;
  const entries = Object.entries(texts).flatMap(([key, value]) => {
    const own: [string, unknown] = [key, withMany(value)];
    const many = key.replace(/_other$/, "_many");
    return many !== key && !(many in texts) ? [own, [many, value] as [string, unknown]] : [own];
  });
  return Object.fromEntries(entries) as T;
}
