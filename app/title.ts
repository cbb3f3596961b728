import { type useLoaderData, useMatches } from "@remix-run/react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

/** What a page is called in the browser's tab: exported by its route as `handle`. */
// biome-ignore lint/suspicious/noExplicitAny: a route without data to name ignores what it is given
export type Handle<Loader = any> = { title: (t: TFunction, data: ReturnType<typeof useLoaderData<Loader>>) => string };

/** The innermost page's title with the product's; the product's alone where a page failed. */
export function useTitle(): string {
  const { t } = useTranslation();
  const named = useMatches().findLast(
    ({ handle, data }) => (handle as Handle | undefined)?.title && data !== undefined && data !== null,
  );
  const product = t("common.product");
  return named ? `${(named.handle as Handle).title(t, named.data)} · ${product}` : product;
}
