import { PassThrough } from "node:stream";
import {
  type AppLoadContext,
  createReadableStreamFromReadable,
  type EntryContext,
  type LoaderFunctionArgs,
} from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { isbot } from "isbot";
import { renderToPipeableStream } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { RequestContext } from "./components/request-context.ts";
import { createI18n } from "./i18n/instance.ts";
import { languageOf, texts } from "./i18n/language.server.ts";

export const streamTimeout = 10_000;

/** What no route expected: the log has the stack, the page only the request's id. */
export function handleError(error: unknown, { request, context }: LoaderFunctionArgs): void {
  // A method or a body that no page of ours sends is the sender's mistake, not ours.
  if (isRouteErrorResponse(error) && error.status < 500) return;
  if (!request.signal.aborted) context.logError(error);
}

export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const language = await languageOf(request);
  const i18n = createI18n(language, texts[language]);
  const whenReady = isbot(request.headers.get("User-Agent") ?? "") ? "onAllReady" : "onShellReady";
  headers.set("Content-Type", "text/html; charset=utf-8");
  headers.append("Vary", "Accept-Language, Cookie");
  return new Promise((resolve, reject) => {
    let shellSent = false;
    const { pipe, abort } = renderToPipeableStream(
      <RequestContext.Provider value={context}>
        <I18nextProvider i18n={i18n}>
          <RemixServer context={remixContext} url={request.url} nonce={context.cspNonce} />
        </I18nextProvider>
      </RequestContext.Provider>,
      {
        nonce: context.cspNonce,
        [whenReady]() {
          shellSent = true;
          const body = new PassThrough();
          resolve(new Response(createReadableStreamFromReadable(body), { status, headers }));
          pipe(body);
        },
        onShellError: reject,
        onError(error: unknown) {
          status = 500;
          if (shellSent) console.error(error);
        },
      },
    );
    setTimeout(abort, streamTimeout + 1_000).unref();
  });
}
