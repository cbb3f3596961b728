import { type ChangeEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "#app/components/button.tsx";
import { Choice } from "#app/components/field.tsx";
import { importLists } from "#db/lists.ts";
import type { Reviewed } from "./draft.server.ts";

/**
 * A choice that follows the server's answer without being drawn anew: whoever chooses by the keyboard stays where they are.
 */
export function useSetting(answer: string) {
  const [known, setKnown] = useState(answer);
  const [value, setValue] = useState(answer);
  if (known !== answer) {
    setKnown(answer);
    setValue(answer);
  }
  return { value, onChange: (event: ChangeEvent<HTMLSelectElement>) => setValue(event.target.value) };
}

/** How the file is read and saved; the names are read back by app/import-settings.server.ts. */
export function Settings({ draft, settings }: { draft: Reviewed; settings: string }) {
  const { t } = useTranslation();
  const { id, review } = draft;
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
      <ListChoice draft={draft} />
      {review.sheets ? (
        <Setting
          name={`sheet-${id}`}
          label={t("imports.review.sheet")}
          answer={draft.sheet === null ? "auto" : String(draft.sheet)}
        >
          {review.sheets.map(({ name, rows, isHidden }, index) => (
            <option
              // biome-ignore lint/suspicious/noArrayIndexKey: a sheet is its position
              key={index}
              value={draft.sheet === null && index === review.sheet ? "auto" : index}
            >
              {t(isHidden ? "imports.review.hiddenSheet" : "imports.review.sheetRows", { name, count: rows })}
            </option>
          ))}
        </Setting>
      ) : null}
      {review.dayFirst === null ? null : <OrderChoice draft={draft} dayFirst={review.dayFirst} />}
      <Setting
        name={`overwrite-${id}`}
        label={t("imports.review.stored")}
        hint={t(`imports.review.storedHint.${draft.overwrite ? "win" : "fill"}`)}
        answer={draft.overwrite ? "win" : "fill"}
      >
        <option value="win">{t("imports.review.win")}</option>
        <option value="fill">{t("imports.review.fill")}</option>
      </Setting>
      <noscript>
        <Button formAction={settings}>{t("imports.review.apply")}</Button>
      </noscript>
    </div>
  );
}

type SettingProps = {
  name: string;
  label: string;
  answer: string;
  hint?: ReactNode;
  className?: string;
  children: ReactNode;
};

function Setting({ answer, ...rest }: SettingProps) {
  return <Choice {...rest} {...useSetting(answer)} />;
}

function ListChoice({ draft }: { draft: Reviewed }) {
  const { t } = useTranslation();
  const { list, review } = draft;
  const { guessed } = review;
  // What is guessed is written down when it is to be saved, and may come back as a draft.
  const isChosen = list !== null && list !== guessed?.list;
  const hint = isChosen
    ? t("imports.review.byHand")
    : guessed
      ? t(`imports.review.guessed.${guessed.by}`)
      : t("imports.review.needsList");
  return (
    <Setting
      name={`list-${draft.id}`}
      label={t("imports.list")}
      hint={hint}
      answer={isChosen ? list : "auto"}
      className={list || guessed ? "" : "[&_select]:border-hard"}
    >
      {guessed ? null : <option value="auto">{t("imports.review.choose")}</option>}
      {importLists.map((one) => (
        <option key={one} value={one === guessed?.list ? "auto" : one}>
          {t(`common.list.${one}`)}
        </option>
      ))}
    </Setting>
  );
}

function OrderChoice({ draft, dayFirst }: { draft: Reviewed; dayFirst: boolean }) {
  const { t } = useTranslation();
  const order = (isDay: boolean) => t(isDay ? "imports.review.day" : "imports.review.month");
  return (
    <Setting
      name={`order-${draft.id}`}
      label={t("imports.review.order")}
      answer={draft.day_first === null ? "auto" : draft.day_first ? "day" : "month"}
    >
      <option value="auto">
        {draft.day_first === null
          ? t("imports.review.orderFound", { order: order(dayFirst) })
          : t("imports.review.orderAuto")}
      </option>
      <option value="day">{order(true)}</option>
      <option value="month">{order(false)}</option>
    </Setting>
  );
}
