import { useTranslation } from "react-i18next";
import { Button } from "#app/components/button.tsx";
import { Field } from "#app/components/field.tsx";
import type { FileFailure } from "#app/import/codes.ts";
import type { Draft } from "./draft.server.ts";
import { Note } from "./note.tsx";

/** Why a step ended that came to nothing. Trying again helps where the file isn't to blame. */
const stepFailures = ["cancelled", "disk-full", "file-gone", "unexpected"] as const;
type StepFailure = (typeof stepFailures)[number];

const isOfStep = (failure: string): failure is StepFailure => stepFailures.some((one) => one === failure);

/** Why a draft could not be read or saved, and what can be done about it. Its fields belong to the form `again-12` beside the drafts. */
export function Failure({ draft, failure }: { draft: Draft; failure: string }) {
  const { t } = useTranslation();
  const form = `again-${draft.id}`;
  if (isOfStep(failure)) {
    return (
      <div className="grid justify-items-start gap-3">
        <Note tone={failure === "cancelled" ? "plain" : "hard"}>{t(`imports.failure.${failure}`)}</Note>
        <Button form={form}>{t("imports.retry")}</Button>
      </div>
    );
  }
  if (failure !== "needs-password" && failure !== "wrong-password") {
    return <Note tone="hard">{t(`imports.failure.${failure as FileFailure}`)}</Note>;
  }
  return (
    <div className="grid max-w-xl gap-3">
      <Note tone={failure === "needs-password" ? "plain" : "hard"}>{t(`imports.failure.${failure}`)}</Note>
      <div className="flex flex-wrap items-end gap-2">
        <Field
          form={form}
          name="password"
          label={t("imports.password")}
          required
          maxLength={1000}
          // It is the file's, often written in a message beside: to be seen, and none to remember.
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="w-72 max-w-full"
        />
        <Button look="main" form={form}>
          {t("imports.open")}
        </Button>
      </div>
    </div>
  );
}
