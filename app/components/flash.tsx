import { Form } from "@remix-run/react";
import { CircleCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RootData } from "#app/root.tsx";
import { Button } from "./button.tsx";

/** What the write before this page did, and the way back where there is one. */
export function FlashNote({ flash }: { flash: NonNullable<RootData["flash"]> }) {
  const { t } = useTranslation();
  const Icon = flash.tone === "warning" ? TriangleAlert : CircleCheck;
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface px-3.5 py-2 shadow-xs"
    >
      <Icon size={16} aria-hidden="true" className={flash.tone === "warning" ? "text-soft" : "text-good"} />
      <p className="min-w-0 flex-1">{t(flash.text as "common.save", flash.values)}</p>
      {flash.offer ? (
        <FlashForm form={flash.offer}>
          <Button look="quiet" small>
            {t(flash.offer.text as "common.save")}
          </Button>
        </FlashForm>
      ) : null}
      {flash.undo ? (
        <FlashForm form={flash.undo}>
          <Button look="quiet" small aria-keyshortcuts="u" title={`${t("common.undo")} (U)`}>
            {t("common.undo")}
          </Button>
        </FlashForm>
      ) : null}
    </div>
  );
}

type FlashFormProps = { form: NonNullable<NonNullable<RootData["flash"]>["undo"]>; children: ReactNode };

function FlashForm({ form, children }: FlashFormProps) {
  return (
    <Form method="post" action={form.action}>
      {Object.entries(form.fields ?? {}).flatMap(([name, values]) =>
        [values].flat().map((value) => <input key={`${name} ${value}`} type="hidden" name={name} value={value} />),
      )}
      {children}
    </Form>
  );
}
