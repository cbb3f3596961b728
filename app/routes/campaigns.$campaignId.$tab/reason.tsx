import { useTranslation } from "react-i18next";
import { VerdictLine } from "#app/components/verdict.tsx";
import type { Category } from "#app/rules/verdict/categories.ts";

/** What a reason says in plain words, and below the source's own to the letter. */
export function Reason({ text, category }: { text: string | null; category?: Category }) {
  const { t } = useTranslation();
  if (!text || !category) return <span className="text-faint">{t("common.none")}</span>;
  return (
    <>
      <VerdictLine category={category} />
      <div className="text-[12.5px] text-muted">
        <Raw text={text} />
      </div>
    </>
  );
}

/** A long one shows its beginning and opens in place. */
function Raw({ text }: { text: string }) {
  const { t } = useTranslation();
  if (text.length <= 120) return <samp className="font-sans [overflow-wrap:anywhere]">{text}</samp>;
  return (
    <details className="group/reason">
      <summary className="list-none">
        <samp className="line-clamp-2 font-sans [overflow-wrap:anywhere] whitespace-pre-line group-open/reason:line-clamp-none">
          {text}
        </samp>
        <span className="inline-block min-h-6 text-[12.5px] text-accent group-open/reason:hidden">
          {t("campaigns.wholeReason")}
        </span>
      </summary>
    </details>
  );
}
