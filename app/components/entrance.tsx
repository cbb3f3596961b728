import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** The page of somebody who isn't inside yet: one card under the product's name. */
export function Entrance({
  title,
  text,
  wide,
  children,
}: {
  title: string;
  text?: string;
  wide?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className={`mx-auto mt-2 md:mt-8 ${wide ? "max-w-xl" : "max-w-sm"}`}>
      <p className="mb-4 flex items-center gap-2 text-base font-bold tracking-tight">
        <img src="/icon.svg" alt="" width={22} height={22} />
        {t("common.product")}
      </p>
      <div className="rounded-xl border border-line bg-surface p-5 shadow-xs md:p-7">
        <h1 className="text-xl font-[650] tracking-tight">{title}</h1>
        {text ? <p className="mt-1 text-muted">{text}</p> : null}
        <div className="mt-5">{children}</div>
      </div>
    </div>
  );
}
