import { Form, Link, useLocation, useRouteLoaderData } from "@remix-run/react";
import {
  Ban,
  Contact,
  Import,
  ListFilter,
  type LucideIcon,
  Mail,
  Phone,
  Search,
  Settings,
  UserRound,
  Users,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { loader, RootData } from "#app/root.tsx";
import type { Permission } from "#app/rules/permissions.ts";
import { languages } from "#db/lists.ts";
import { FlashNote } from "./flash.tsx";
import { Key } from "./key.tsx";

type Place = {
  to: string;
  needs: Permission;
  label: "campaigns" | "worklist" | "contacts" | "removals" | "imports" | "users" | "rules" | "settings";
  icon: LucideIcon;
};

const places: Place[] = [
  { to: "/campaigns", needs: "reports", label: "campaigns", icon: Mail },
  { to: "/worklist", needs: "worklist", label: "worklist", icon: Phone },
  { to: "/contacts", needs: "contacts", label: "contacts", icon: Contact },
  { to: "/removals", needs: "removals", label: "removals", icon: Ban },
  { to: "/imports", needs: "imports", label: "imports", icon: Import },
];
const lowerPlaces: Place[] = [
  { to: "/users", needs: "users", label: "users", icon: Users },
  { to: "/rules", needs: "settings", label: "rules", icon: ListFilter },
  { to: "/settings", needs: "settings", label: "settings", icon: Settings },
];

/** The frame of every page: where one is, where one can go, who one is. Signed out, only the language and the page. */
export function Frame({ children, dock, bare = false }: { children: ReactNode; dock?: ReactNode; bare?: boolean }) {
  const root = useRouteLoaderData<typeof loader>("root");
  const { t } = useTranslation();
  if (!root?.user) {
    return (
      <div className="flex min-h-screen flex-col">
        <div className="flex justify-end gap-3 p-4">
          <LanguageSwitch language={root?.language ?? "es"} />
        </div>
        <main id="main" className="flex-1 px-4 pb-16">
          {root?.flash ? <FlashNote flash={root.flash} /> : null}
          {children}
        </main>
      </div>
    );
  }
  return (
    <div className="group/frame min-h-screen md:grid md:grid-cols-[208px_minmax(0,1fr)]">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3">
        {t("common.skip")}
      </a>
      <div className="border-line bg-surface md:sticky md:top-0 md:flex md:h-screen md:flex-col md:border-r">
        <Navigation root={root} />
        {dock}
      </div>
      <div className="min-w-0 pb-20 max-md:group-has-[[data-dock]]/frame:pb-44 md:pb-0">
        <TopBar root={root} user={root.user} />
        {bare ? (
          children
        ) : (
          <main id="main" className="mx-auto w-full max-w-[1320px] px-3.5 pt-4 pb-12 md:px-7 md:pt-5">
            {root.flash ? <FlashNote flash={root.flash} /> : null}
            {children}
          </main>
        )}
      </div>
    </div>
  );
}

function Navigation({ root }: { root: RootData }) {
  const { t } = useTranslation();
  const counts: Partial<Record<Place["label"], number>> = {
    worklist: root.openFollowUps,
    removals: root.requestedRemovals,
  };
  const { pathname } = useLocation();
  // A call is made in the worklist, though its address is the contact's, and a batch is handed over from the removals.
  const place = /^\/(contacts\/\d+\/call|calls\/\d+\/edit)$/.test(pathname)
    ? "/worklist"
    : pathname.replace(/^\/batches$/, "/removals");
  const item = ({ to, needs, label, icon: Icon }: Place) =>
    root.permissions.includes(needs) ? (
      <Link
        key={to}
        to={to}
        prefetch="intent"
        aria-current={`${place}/`.startsWith(`${to}/`) ? "page" : undefined}
        className="relative flex items-center gap-2.5 rounded-[7px] px-2.5 py-[7px] font-medium text-muted no-underline transition-colors duration-100 hover:bg-line/40 hover:text-text aria-[current]:bg-accent-soft aria-[current]:text-accent max-md:flex-col max-md:gap-0.5 max-md:px-1.5 max-md:text-[11px]"
      >
        <Icon size={16} aria-hidden="true" />
        <span>{t(`nav.${label}`)}</span>
        {counts[label] ? (
          <b className="text-xs font-semibold tabular-nums max-md:absolute max-md:-top-0.5 max-md:right-0 max-md:rounded-full max-md:bg-accent max-md:px-1 max-md:text-[10px] max-md:text-on-accent md:ml-auto">
            <CountUpTo limit={999} count={counts[label]} />
          </b>
        ) : null}
      </Link>
    ) : null;
  return (
    <nav
      aria-label={t("nav.label")}
      className="fixed inset-x-0 bottom-0 z-30 flex justify-around border-t border-line bg-surface px-2 py-1.5 md:static md:min-h-0 md:flex-1 md:flex-col md:justify-start md:gap-0.5 md:overflow-y-auto md:border-t-0 md:px-2.5 md:py-3.5"
    >
      <Link
        to="/"
        className="flex items-center gap-2 px-2.5 pt-1 pb-3.5 text-base font-bold tracking-tight no-underline max-md:hidden"
      >
        <Wave />
        {t("common.product")}
      </Link>
      {places.map(item)}
      {/* At phone width eight don't fit: these stand in the user's menu. */}
      <div className="mt-auto flex flex-col gap-0.5 max-md:hidden">{lowerPlaces.map(item)}</div>
    </nav>
  );
}

function CountUpTo({ count, limit }: { count: number; limit: number }) {
  return <>{count > limit ? `${limit}+` : count}</>;
}

function Wave() {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="text-accent"
    >
      <path d="M3 17c3 0 3-10 6-10s3 7 6 7 3-4 6-4" />
    </svg>
  );
}

function TopBar({ root, user }: { root: RootData; user: NonNullable<RootData["user"]> }) {
  const { t } = useTranslation();
  return (
    <header className="sticky top-0 z-20 flex items-center gap-3 border-b border-line bg-bg/90 px-3.5 py-2 backdrop-blur-sm md:px-7">
      {root.permissions.includes("contacts") ? (
        <Form action="/contacts" role="search" className="relative min-w-0 flex-1 md:max-w-md">
          <Search
            size={15}
            aria-hidden="true"
            className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint"
          />
          <input
            type="search"
            name="search"
            aria-label={t("nav.findContact")}
            placeholder={t("nav.findContact")}
            aria-keyshortcuts="Control+K"
            maxLength={200}
            className="w-full truncate rounded-lg border border-line-strong bg-raised py-1.5 pr-14 pl-8 hover:border-faint"
          />
          <span className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2">
            <Key>Ctrl K</Key>
          </span>
        </Form>
      ) : null}
      <div className="ml-auto flex items-center gap-3">
        <LanguageSwitch language={root.language} />
        <UserMenu theme={root.theme} user={user} permissions={root.permissions} />
      </div>
    </header>
  );
}

function LanguageSwitch({ language }: { language: RootData["language"] }) {
  const { t } = useTranslation();
  const here = useHere();
  return (
    <Form
      method="post"
      action="/language"
      reloadDocument
      className="flex rounded-lg border border-line-strong bg-raised p-0.5"
    >
      <input type="hidden" name="next" value={here} />
      {languages.map((choice) => (
        <button
          key={choice}
          type="submit"
          name="language"
          value={choice}
          lang={choice}
          aria-pressed={choice === language}
          title={t(`common.language.${choice}`)}
          className="rounded-md px-2 py-0.5 text-xs font-semibold text-muted uppercase hover:text-text aria-pressed:bg-accent-soft aria-pressed:text-accent"
        >
          {choice}
          <span className="sr-only"> · {t(`common.language.${choice}`)}</span>
        </button>
      ))}
    </Form>
  );
}

function UserMenu({
  theme,
  user,
  permissions,
}: Pick<RootData, "theme" | "permissions"> & { user: NonNullable<RootData["user"]> }) {
  const { t } = useTranslation();
  const here = useHere();
  const entry = "block w-full rounded-md px-2.5 py-1.5 text-left no-underline hover:bg-line/50";
  return (
    <details className="relative" key={here}>
      <summary
        aria-label={t("nav.menu", { name: user.name })}
        className="flex list-none items-center gap-2 rounded-lg border border-line-strong bg-raised px-2 py-1 hover:border-faint"
      >
        <UserRound size={16} aria-hidden="true" className="text-muted" />
        <span className="max-w-32 truncate font-medium max-md:sr-only">{user.name}</span>
      </summary>
      <div className="absolute right-0 z-40 mt-1.5 w-60 rounded-xl border border-line bg-raised p-1.5 shadow-lg">
        <p className="px-2.5 pt-1.5 pb-2 text-[12.5px] text-faint">
          {user.organization} · {t(`common.role.${user.role}`)}
        </p>
        <Link to="/account" className={entry}>
          {t("nav.account")}
        </Link>
        {lowerPlaces
          .filter(({ needs }) => permissions.includes(needs))
          .map(({ to, label }) => (
            <Link key={to} to={to} className={`${entry} md:hidden`}>
              {t(`nav.${label}`)}
            </Link>
          ))}
        <Form method="post" action="/theme" reloadDocument className="my-1 border-y border-line px-2.5 py-2">
          <input type="hidden" name="next" value={here} />
          <fieldset>
            <legend className="mb-1 text-[12.5px] text-faint">{t("common.theme.label")}</legend>
            <div className="flex flex-wrap gap-1">
              {(["light", "dark", "system"] as const).map((choice) => (
                <button
                  key={choice}
                  type="submit"
                  name="theme"
                  value={choice}
                  aria-pressed={choice === theme}
                  className="rounded-md border border-line px-2 py-0.5 text-[12.5px] aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
                >
                  {t(`common.theme.${choice}`)}
                </button>
              ))}
            </div>
          </fieldset>
        </Form>
        <Form method="post" action="/sign-out" reloadDocument>
          <button type="submit" className={entry}>
            {t("nav.signOut")}
          </button>
        </Form>
      </div>
    </details>
  );
}

function useHere() {
  const { pathname, search } = useLocation();
  return pathname + search;
}
