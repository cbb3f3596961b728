import { RemixBrowser } from "@remix-run/react";
import { StrictMode, startTransition } from "react";
import { hydrateRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { RequestContext } from "./components/request-context.ts";
import { createI18n } from "./i18n/instance.ts";

// The page says which language it is in: only that one's texts are fetched.
async function start() {
  const language = document.documentElement.lang === "en" ? "en" : "es";
  const texts = language === "en" ? await import("./i18n/en.ts") : await import("./i18n/es.ts");
  const i18n = createI18n(language, texts.default);
  await pageData();
  const requestId = document.querySelector<HTMLMetaElement>("meta[name=request-id]")?.content ?? "";
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <RequestContext.Provider value={{ cspNonce: "", requestId }}>
          <I18nextProvider i18n={i18n}>
            <RemixBrowser />
          </I18nextProvider>
        </RequestContext.Provider>
      </StrictMode>,
    );
  });
}

/**
 * RemixBrowser waits for the page's data by suspending everything. A key pressed at that moment makes React give up for
 * good (its error 345) and leaves a page without a script, so we wait first: its first call does nothing but throw the wait.
 */
async function pageData() {
  try {
    RemixBrowser({});
  } catch (waiting) {
    await waiting;
  }
}

start();
