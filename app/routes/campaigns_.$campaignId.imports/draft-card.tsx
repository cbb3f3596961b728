import { useTranslation } from "react-i18next";
import { Account } from "#app/components/account.tsx";
import { Button } from "#app/components/button.tsx";
import { PaceBar } from "#app/components/pace-bar.tsx";
import { ProblemGroups } from "#app/components/problem-groups.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { Columns } from "./columns.tsx";
import type { Draft, Reviewed } from "./draft.server.ts";
import { Failure } from "./failure.tsx";
import { FirstRows } from "./first-rows.tsx";
import { Heading, Note } from "./note.tsx";
import { Settings } from "./settings.tsx";

/** One draft: what it is taken for, which can be changed, what importing it would do, and how far that is. */
export function DraftCard({ draft, settings }: { draft: Draft; settings: string }) {
  const { t } = useTranslation();
  const name = draft.file_name || t("imports.pasted");
  const { state, pace, review } = draft;
  return (
    <section aria-label={name} className="rounded-xl border border-line bg-surface">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold break-words">{name}</h2>
          <About draft={draft} />
        </div>
        {state === "saving" ? null : (
          <Button look="quiet" small formAction={`/imports/${draft.id}/discard`} formNoValidate>
            {t("imports.review.discard")}
          </Button>
        )}
      </header>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 px-4 py-4">
        {pace ? (
          <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
            <div className="min-w-48 flex-1">
              <p className="mb-1.5 font-medium">{t(`imports.step.${state === "saving" ? "saving" : "reading"}`)}</p>
              <PaceBar
                pace={pace}
                label={t(`imports.news.${state === "saving" ? "saving" : "reading"}`, { file: name })}
              />
            </div>
            <Button small formAction={`/imports/${draft.id}/cancel`} disabled={draft.cancel_requested}>
              {t(draft.cancel_requested ? "imports.cancelling" : "imports.cancel")}
            </Button>
          </div>
        ) : null}
        {draft.failure ? <Failure draft={draft} failure={draft.failure} /> : null}
        {review && state !== "saving" ? <Read draft={{ ...draft, review }} settings={settings} /> : null}
        {review && state === "saving" ? <Account account={draft} /> : null}
      </div>
    </section>
  );
}

const delimiters: Record<string, "comma" | "semicolon" | "tab" | "pipe"> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "pipe",
};

function About({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { review, sourceName } = draft;
  const encoding = review?.encoding?.replace(/^utf.*|^\w/, (letters) => letters.toUpperCase());
  const about = [
    sourceName,
    format.bytes(draft.bytes),
    draft.file_name ? encoding : null,
    review?.delimiter ? t(`imports.delimiter.${delimiters[review.delimiter] ?? "other"}`) : null,
  ];
  return <p className="text-[12.5px] text-faint tabular-nums">{about.filter(Boolean).join(" · ")}</p>;
}

/** What was read; while it is read anew, what was known before stands there, so that one can go on choosing. */
function Read({ draft, settings }: { draft: Reviewed; settings: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { review } = draft;
  const hasAddresses = review.columns.some(({ field }) => field === "email");
  return (
    <>
      <Settings draft={draft} settings={settings} />
      {draft.same_saved_at ? (
        <Note>{t("imports.review.again", { time: format.dateTime(draft.same_saved_at) })}</Note>
      ) : null}
      {hasAddresses ? null : <Note tone="hard">{t("imports.review.needsAddress")}</Note>}
      {review.list ? (
        <div
          className={`grid grid-cols-[minmax(0,1fr)] gap-5 transition-opacity ${draft.state === "draft" ? "" : "opacity-60"}`}
        >
          <div>
            <Heading>{t("imports.review.wouldDo")}</Heading>
            <Account account={draft} />
            {review.skipped > 0 ? (
              <p className="mt-2 text-[12.5px] text-faint">{t("imports.review.skipped", { count: review.skipped })}</p>
            ) : null}
          </div>
          {review.problems.length > 0 ? (
            <div>
              <Heading>{t("imports.review.problems")}</Heading>
              <ProblemGroups groups={review.problems} to={`/imports/${draft.id}/problems`} />
            </div>
          ) : (
            <p className="text-[13px] text-faint">{t("imports.review.noProblems")}</p>
          )}
          <FirstRows draft={draft} />
        </div>
      ) : null}
      <Columns draft={draft} />
    </>
  );
}
