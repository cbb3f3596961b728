import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { RemovalWarning } from "#app/rules/removal-warning.ts";
import type { BounceKind } from "#db/schema.ts";
import { Badge } from "./badge.tsx";

type Bounce = {
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
  campaign: string | null;
};

/** A bounce in few lines: kind, what speaks against blaming the address, the reason to the letter, and the campaign. */
export function BounceNote({ bounce, warning }: { bounce: Bounce; warning?: RemovalWarning }) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0 space-y-1">
      <p className="flex flex-wrap items-center gap-1.5">
        {bounce.bounce_kind ? (
          <Badge tone={bounce.bounce_kind}>{t(`common.kind.${bounce.bounce_kind}`)}</Badge>
        ) : (
          <span className="text-faint">{t("removals.noBounce")}</span>
        )}
        {warning === "sender-refused" ? (
          <Badge tone="soft" title={t("removals.warning.sender-refused.text")}>
            <TriangleAlert size={12} aria-hidden="true" className="mr-1 inline align-[-1px]" />
            {t("removals.refusedUs")}
          </Badge>
        ) : null}
      </p>
      {bounce.bounce_reason ? <Reason text={bounce.bounce_reason} /> : null}
      {bounce.campaign ? <p className="text-[12.5px] text-faint">{bounce.campaign}</p> : null}
    </div>
  );
}

/** Two lines of it, and by a click the whole. */
function Reason({ text }: { text: string }) {
  if (text.length <= 80) return <p className="text-[13px] break-words text-muted">{text}</p>;
  return (
    <details className="group/reason text-[13px] text-muted">
      <summary className="line-clamp-2 break-words group-open/reason:line-clamp-none hover:text-text">{text}</summary>
    </details>
  );
}
