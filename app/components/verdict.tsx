import { useRouteLoaderData } from "@remix-run/react";
import { AtSign, Check, ChevronRight, CircleHelp, Clock, FileWarning, Inbox, ShieldAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { loader as rootLoader } from "#app/root.tsx";
import { categories } from "#app/rules/verdict/categories.ts";
import type { VerdictCategory, VerdictProblem } from "#db/schema.ts";
import { Badge } from "./badge.tsx";

const icons = {
  address: AtSign,
  recipient: Inbox,
  sender: ShieldAlert,
  message: FileWarning,
  passing: Clock,
  nobody: Check,
  unknown: CircleHelp,
} satisfies Record<VerdictProblem, typeof AtSign>;

/** What a reason says, as a short sentence, and whose problem it is: our reading, beside which the source's own words stand. */
export function VerdictLine({ category }: { category: VerdictCategory }) {
  const { t } = useTranslation();
  const { problem } = categories[category];
  const Icon = icons[problem];
  const whose = t(`verdict.problem.${problem}`);
  return (
    <span>
      {t(`verdict.says.${category}`)}{" "}
      {problem === "unknown" ? null : (
        <Badge tone={problem === "sender" || problem === "message" ? "soft" : "none"}>
          <Icon size={12} aria-hidden="true" className="mr-1 inline align-[-1px]" />
          <span className="sr-only">{t("verdict.whose")} </span>
          {whose}
        </Badge>
      )}
    </span>
  );
}

/** What to do about a verdict and what one may say on the phone. `email` is the address that the mail went to. */
export function Advice({ category, email }: { category: VerdictCategory; email: string }) {
  const { t } = useTranslation();
  const user = useRouteLoaderData<typeof rootLoader>("root")?.user;
  return (
    <>
      <p>{t(`verdict.todo.${category}`)}</p>
      <p className="mt-1">
        {t(`verdict.say.${category}`, { caller: user?.name, organization: user?.organization, email })}
      </p>
    </>
  );
}

/**
 * A reason as it is read in a list: the verdict, below it the source's words, small and to the letter. Opened, they stand in full, with
 * what to do and to say. `category` is null where nobody has read it yet.
 */
export function Reason({
  reason,
  told = null,
  category,
  email,
}: {
  reason: string | null;
  /** What the source told beside it: codes, its own word. */
  told?: string | null;
  category: VerdictCategory | null;
  email: string;
}) {
  const { t } = useTranslation();
  if (!reason) return <span className="text-faint">{t("common.none")}</span>;
  const letters = "text-[12.5px] font-sans text-muted [overflow-wrap:anywhere] whitespace-pre-line";
  if (!category) return <samp className={letters}>{reason}</samp>;
  return (
    <>
      <VerdictLine category={category} />
      <details className="group/reason text-[12.5px]">
        <summary
          className="flex min-h-6 list-none items-start gap-1 hover:[&>samp]:text-text"
          title={t("verdict.advice")}
        >
          <ChevronRight
            size={14}
            aria-hidden="true"
            className="mt-[3px] shrink-0 text-accent transition-transform group-open/reason:rotate-90"
          />
          <samp className={`${letters} line-clamp-1 group-open/reason:line-clamp-none`}>{reason}</samp>
          <span className="sr-only">{t("verdict.advice")}</span>
        </summary>
        <div className="mb-1 border-l-2 border-line-strong pl-2.5 text-[13px]">
          {told ? <p className="mb-1 text-muted">{t("verdict.told", { told })}</p> : null}
          <Advice category={category} email={email} />
        </div>
      </details>
    </>
  );
}
