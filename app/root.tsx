import { data, type LoaderFunctionArgs } from "@remix-run/node";
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  type ShouldRevalidateFunctionArgs,
  useLocation,
  useRouteError,
  useRouteLoaderData,
} from "@remix-run/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { countOpenFollowUps } from "#db/queries/follow-ups.ts";
import { countRequestedRemovals } from "#db/queries/removals.ts";
import { LinkButton } from "./components/button.tsx";
import { Frame } from "./components/frame.tsx";
import { useRequest } from "./components/request-context.ts";
import { useShortcuts } from "./components/shortcuts.tsx";
import { LiveDock } from "./dock.tsx";
import { takeFlash } from "./flash.server.ts";
import { languageOf } from "./i18n/language.server.ts";
import { readNews } from "./news.server.ts";
import { may, permissionsOf } from "./rules/permissions.ts";
import { findUser } from "./session.server.ts";
import { themeCookie } from "./theme.server.ts";
import { useTitle } from "./title.ts";
import "./styles.css";

export async function loader({ request }: LoaderFunctionArgs) {
  const [user, language, theme, { flash, headers }] = await Promise.all([
    findUser(request),
    languageOf(request),
    themeCookie.parse(request.headers.get("Cookie")),
    takeFlash(request),
  ]);
  const [openFollowUps, requestedRemovals, news] = await Promise.all([
    user && may(user.role, "worklist") ? countOpenFollowUps() : 0,
    user && may(user.role, "removals") ? countRequestedRemovals() : 0,
    user && may(user.role, "imports") ? readNews(user.id) : null,
  ]);
  return data(
    {
      language,
      theme: theme === "light" || theme === "dark" ? (theme as "light" | "dark") : ("system" as const),
      locale: user ? `${language}-${user.country}` : language,
      timeZone: user?.time_zone ?? "America/Bogota",
      user: user && { id: user.id, name: user.name, role: user.role, organization: user.organization },
      permissions: user ? permissionsOf(user.role) : [],
      openFollowUps,
      requestedRemovals,
      news,
      flash,
    },
    { headers },
  );
}

export type RootData = Awaited<ReturnType<typeof loader>>["data"];

/** A page that keeps itself up to date (app/refresh.ts) keeps the message of the write before it. */
export function shouldRevalidate({ currentUrl, nextUrl, formMethod }: ShouldRevalidateFunctionArgs): boolean {
  return (
    formMethod !== undefined || currentUrl.href !== nextUrl.href || !/\/imports|^\/rules$/.test(currentUrl.pathname)
  );
}

export function Layout({ children }: { children: ReactNode }) {
  const root = useRouteLoaderData<typeof loader>("root");
  const { i18n } = useTranslation();
  const { cspNonce, requestId } = useRequest();
  const title = useTitle();
  return (
    <html lang={i18n.language} data-theme={root?.theme ?? "system"}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="request-id" content={requestId} />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <title>{title}</title>
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration nonce={cspNonce} />
        <Scripts nonce={cspNonce} />
      </body>
    </html>
  );
}

export default function App() {
  useShortcuts();
  const news = useRouteLoaderData<typeof loader>("root")?.news;
  return (
    <Frame dock={news ? <LiveDock news={news} /> : null}>
      <Outlet />
    </Frame>
  );
}

const known = { 400: "400", 403: "403", 404: "404", 405: "400", 503: "503" } as const;

/**
 * The one error page. What failed is in the log; here stand the status and the request's id. That is the document's own
 * request: what fails on the way to a next page is asked for anew first.
 */
export function ErrorBoundary() {
  const error = useRouteError();
  const { t } = useTranslation();
  const { requestId } = useRequest();
  const { key, pathname, search } = useLocation();
  const root = useRouteLoaderData<typeof loader>("root");
  const status = isRouteErrorResponse(error) ? (known[error.status as keyof typeof known] ?? "500") : "500";
  const failedLater = status === "500" && key !== "default";
  const page = (
    <main id="main" className="mx-auto max-w-md px-6 py-24 text-center">
      <p className="text-sm font-semibold text-faint tabular-nums">{status}</p>
      <h1 className="mt-2 text-xl font-semibold tracking-tight">{t(`error.page.${status}.title`)}</h1>
      <p className="mt-2 text-muted">
        {failedLater ? t("error.page.again") : t(`error.page.${status}.text`, { requestId })}
      </p>
      <p className="mt-6 flex justify-center gap-2">
        {status === "500" || status === "503" ? (
          <LinkButton look="main" to={pathname + search} reloadDocument>
            {t("error.page.retry")}
          </LinkButton>
        ) : null}
        <LinkButton to="/" reloadDocument>
          {t("error.page.home")}
        </LinkButton>
      </p>
    </main>
  );
  return root?.user ? <Frame bare>{page}</Frame> : page;
}
