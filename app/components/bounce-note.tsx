import { CheckCheck, GitCompareArrows } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Category } from "#app/rules/verdict/categories.ts";
import type { BounceKind } from "#db/schema.ts";
import { Badge } from "./badge.tsx";
import { VerdictLine } from "./verdict.tsx";

type Bounce = {
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
  campaign: string | null;
  /** Of our verdict. */
  category: Category | null;
  /** Its soft bounces one after the other, where they count as hard. */
  soft_in_row?: number | null;
  /** Our verdict and the source's label differ in a way that matters. */
  differs: boolean;
};

/** A bounce in few lines: the source's label, our verdict and whether they differ, the reason to the letter, and the campaign. */
export function BounceNote({ bounce }: { bounce: Bounce }) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0 space-y-1">
      <p className="flex flex-wrap items-center gap-1.5">
        {bounce.bounce_kind ? (
          <Badge tone={bounce.bounce_kind}>{t(`common.kind.${bounce.bounce_kind}`)}</Badge>
        ) : (
          <span className="text-faint">{t("removals.noBounce")}</span>
        )}
        {bounce.differs ? (
          <Badge tone="soft">
            <GitCompareArrows size={12} aria-hidden="true" className="mr-1 inline align-[-1px]" />
            {t("removals.differs")}
          </Badge>
        ) : null}
      </p>
      {bounce.soft_in_row ? <p>{t("worklist.why.softInRow", { count: bounce.soft_in_row })}</p> : null}
      {bounce.category ? (
        <p>
          <VerdictLine category={bounce.category} />
        </p>
      ) : null}
      {bounce.bounce_reason ? <Reason text={bounce.bounce_reason} /> : null}
      {bounce.campaign ? <p className="text-[12.5px] text-faint">{bounce.campaign}</p> : null}
    </div>
  );
}

/** Two lines of it, and by a click the whole. */
function Reason({ text }: { text: string }) {
  const samp = "font-sans [overflow-wrap:anywhere]";
  if (text.length <= 80) {
    return (
      <p className="text-[12.5px] text-muted">
        <samp className={samp}>{text}</samp>
      </p>
    );
  }
  return (
    <details className="group/reason text-[12.5px] text-muted">
      <summary className="line-clamp-2 group-open/reason:line-clamp-none hover:text-text">
        <samp className={samp}>{text}</samp>
      </summary>
    </details>
  );
}

/** That whoever asked for a removal confirmed it a second time, and what they had read then. */
export function ConfirmedTwice({ category }: { category: Category }) {
  const { t } = useTranslation();
  return (
    <p className="flex items-start gap-1.5 text-[12.5px] text-muted">
      <CheckCheck size={14} aria-hidden="true" className="mt-0.5 shrink-0 text-soft" />
      {t("removals.confirmedTwice", { reading: t(`verdict.says.${category}`) })}
    </p>
  );
}
