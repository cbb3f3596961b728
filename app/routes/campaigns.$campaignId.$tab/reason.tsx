import { useTranslation } from "react-i18next";

/** A source's reason to the letter. A long one shows its beginning and opens in place. */
export function Reason({ text }: { text: string | null }) {
  const { t } = useTranslation();
  if (!text) return <span className="text-faint">{t("common.none")}</span>;
  if (text.length <= 120) return <span className="[overflow-wrap:anywhere]">{text}</span>;
  return (
    <details className="group/reason">
      <summary className="list-none">
        <span className="line-clamp-2 [overflow-wrap:anywhere] whitespace-pre-line group-open/reason:line-clamp-none">
          {text}
        </span>
        <span className="inline-block min-h-6 text-[12.5px] text-accent group-open/reason:hidden">
          {t("campaigns.wholeReason")}
        </span>
      </summary>
    </details>
  );
}
