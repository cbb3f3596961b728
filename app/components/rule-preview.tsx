import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Category, VerdictKind } from "#app/rules/verdict/categories.ts";
import { VerdictLine } from "./verdict.tsx";

type Reading = { kind: VerdictKind; category: Category };

/** Letters of a reason: what it says stands in them. */
const longest = 300;

type Props = {
  preview?: {
    deliveries: number;
    reasons: number;
    fitting: number;
    read: number;
    isWhole: boolean;
    examples: { reason: string; deliveries: number; before: Reading; after: Reading }[];
  };
};

/** What a rule would change of what is stored; before anybody asked, what the button is for. It comes into sight when it changes. */
export function RulePreviewPanel({ preview }: Props) {
  const { t } = useTranslation();
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (preview) ref.current?.scrollIntoView({ block: "nearest" });
  }, [preview]);
  return (
    <section
      ref={ref}
      aria-labelledby="preview"
      className="min-w-0 scroll-mt-20 scroll-mb-20 self-start rounded-xl border border-line bg-surface"
    >
      <div className="px-4 py-3">
        <h2 id="preview" className="font-semibold">
          {t("rules.preview.title")}
        </h2>
        <div role="status" className="mt-1">
          {preview ? (
            <>
              <Result {...preview} />
              {preview.isWhole ? null : (
                <p className="mt-1 text-muted">{t("rules.preview.capped", { count: preview.read })}</p>
              )}
            </>
          ) : (
            <p className="text-muted">{t("rules.preview.text")}</p>
          )}
        </div>
      </div>
      {preview && preview.examples.length > 0 ? (
        <ol className="divide-y divide-line border-t border-line" aria-label={t("rules.preview.examples")}>
          {preview.examples.map(({ reason, deliveries, before, after }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is never reordered, only replaced
            <li key={index} className="px-4 py-2.5">
              <p className="flex items-baseline justify-between gap-4 text-[12.5px] text-muted">
                <samp className="min-w-0 font-sans [overflow-wrap:anywhere]">
                  {reason.length > longest ? `${reason.slice(0, longest)}…` : reason}
                </samp>
                <span className="shrink-0 tabular-nums">{t("rules.preview.times", { count: deliveries })}</span>
              </p>
              <dl className="mt-1.5 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-1">
                <dt className="text-[12.5px] text-faint">{t("rules.preview.before")}</dt>
                <dd>
                  <ReadAs {...before} withKind={before.kind !== after.kind} />
                </dd>
                <dt className="text-[12.5px] text-faint">{t("rules.preview.after")}</dt>
                <dd>
                  <ReadAs {...after} withKind={before.kind !== after.kind} />
                </dd>
              </dl>
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
}

function Result({ deliveries, reasons, fitting }: NonNullable<Props["preview"]>) {
  const { t } = useTranslation();
  if (deliveries > 0) {
    return (
      <>
        <p className="font-medium">
          {t("rules.preview.change", { count: deliveries })} {t("rules.preview.reasons", { count: reasons })}
        </p>
        {fitting > deliveries ? (
          <p className="mt-1 text-muted">{t("rules.preview.others", { count: fitting - deliveries })}</p>
        ) : null}
      </>
    );
  }
  return (
    <p className="font-medium">
      {fitting > 0 ? t("rules.preview.already", { count: fitting }) : t("rules.preview.nothing")}
    </p>
  );
}

function ReadAs({ kind, category, withKind }: Reading & { withKind: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {/* What a rule moves from hard to soft may be called the same otherwise. */}
      {withKind ? <span className="text-[12.5px] text-muted">{t(`common.kind.${kind}`)}</span> : null}
      <VerdictLine category={category} />
    </>
  );
}
