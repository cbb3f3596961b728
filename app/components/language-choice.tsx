import { useTranslation } from "react-i18next";
import { languages } from "#db/lists.ts";
import { Choice } from "./field.tsx";

/** A form's choice of language, each by its own name. */
export function LanguageChoice({ value, hint, error }: { value: string; hint?: string; error?: string }) {
  const { t } = useTranslation();
  return (
    <Choice name="language" label={t("common.language.label")} hint={hint} defaultValue={value} error={error}>
      {languages.map((language) => (
        <option key={language} value={language} lang={language}>
          {t(`common.language.${language}`)}
        </option>
      ))}
    </Choice>
  );
}
