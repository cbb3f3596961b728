import { RemixBrowser } from "@remix-run/react";
import { StrictMode, startTransition } from "react";
import { hydrateRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { createI18n } from "./i18n/instance.ts";

// The page says which language it is in: only that one's texts are fetched.
async function start() {
  const language = document.documentElement.lang === "en" ? "en" : "es";
  const texts = language === "en" ? await import("./i18n/en.ts") : await import("./i18n/es.ts");
  const i18n = createI18n(language, texts.default);
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <I18nextProvider i18n={i18n}>
          <RemixBrowser />
        </I18nextProvider>
      </StrictMode>,
    );
  });
}

start();
