import { Form, Link } from "@remix-run/react";
import { ChevronUp, CircleCheck, FileUp, LoaderCircle, TriangleAlert, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import type { Pace } from "#app/rules/pace.ts";
import type { ImportState } from "#db/schema.ts";
import { Bar } from "./bar.tsx";
import { PaceBar } from "./pace-bar.tsx";

export type News = {
  /** When this was so, by the server's clock. */
  at: number;
  imports: {
    id: number;
    campaign_id: number;
    campaign: string;
    file_name: string;
    state: ImportState;
    failure: string | null;
    rows: number;
    undo_left: number | null;
    /** Of one that runs. */
    pace: Pace | null;
  }[];
};
type Import = News["imports"][number];

type Upload = {
  id: number;
  name: string;
  files: number;
  sent: number;
  total: number;
  rate: number | null;
  state: "sending" | "done" | "refused" | "broken";
  campaign_id?: number;
};

type Props = {
  uploads: readonly Upload[];
  news: Import[];
  /** The page's path. */
  here: string;
  onDismissUpload: (id: number) => void;
  onTold: (import_ids: number[]) => void;
};

/**
 * What goes on behind the page, at its edge: it covers nothing and takes no focus. On a phone several things are one line, which opens.
 */
export function Dock({ uploads, news, here, onDismissUpload, onTold }: Props) {
  const { t } = useTranslation();
  const notices = useNotices(news.filter(({ pace }) => !pace));
  const running = news.filter(({ pace }) => pace);
  const count = notices.length + running.length + uploads.length;
  const sending = uploads.filter(({ state }) => state === "sending").length;
  const isBad = notices.some(({ isGood }) => !isGood) || uploads.some(isTrouble);
  // Whoever goes to another page goes on with something else.
  const [openedAt, setOpenedAt] = useState<string>();
  const isOpen = openedAt === here && count > 1;
  const list = useId();
  const toggle = useRef<HTMLButtonElement>(null);
  const closeBy = ({ key }: KeyboardEvent) => {
    if (key !== "Escape" || !isOpen) return;
    setOpenedAt(undefined);
    toggle.current?.focus();
  };
  const steps = useStepNames();
  const said = [...notices.map(({ text }) => text), ...uploads.map(steps.upload), ...running.map(steps.running)];
  return (
    <>
      {/* Percentages would be read out without end: told is what begins and what has ended. */}
      <p aria-live="polite" className="sr-only">
        {said.join(". ")}
      </p>
      {count === 0 ? null : (
        <aside
          aria-label={t("imports.news.label")}
          data-dock
          onKeyDown={closeBy}
          className="z-20 border-line bg-surface max-md:fixed max-md:inset-x-0 max-md:bottom-[59px] max-md:border-t md:max-h-[45vh] md:overflow-y-auto md:border-t"
        >
          {count > 1 ? (
            <button
              ref={toggle}
              type="button"
              aria-expanded={isOpen}
              aria-controls={list}
              onClick={() => setOpenedAt(isOpen ? undefined : here)}
              className="flex min-h-[44px] w-full items-center gap-2.5 py-2 pr-4 pl-[17.5px] text-left text-[13px] font-medium -outline-offset-2 md:hidden noscript:hidden"
            >
              <SummaryIcon isBad={isBad} isRunning={running.length + sending > 0} />
              <Summary running={running.length + sending} ended={count - running.length - sending} />
              <ChevronUp
                size={16}
                aria-hidden="true"
                className={`ml-auto text-muted transition-transform ${isOpen ? "rotate-180" : ""}`}
              />
            </button>
          ) : null}
          <ul
            id={list}
            className={`divide-y divide-line text-[13px] max-md:max-h-[50vh] max-md:overflow-y-auto ${count > 1 ? "max-md:border-t max-md:border-line" : ""} ${count > 1 && !isOpen ? "max-md:not-noscript:hidden" : ""}`}
          >
            {notices.map((notice) => (
              <Notice key={notice.ids.join()} notice={notice} here={here} onTold={onTold} />
            ))}
            {uploads.map((upload) => (
              <UploadItem key={upload.id} upload={upload} onDismiss={() => onDismissUpload(upload.id)} />
            ))}
            {running.map((one) => (
              <Item key={one.id} icon={<LoaderCircle size={15} className="text-accent motion-safe:animate-spin" />}>
                <Link to={placeOf(one)} className="mb-1 block min-h-6 break-words">
                  {steps.running(one)}
                </Link>
                {one.pace ? <PaceBar slim pace={one.pace} label={steps.running(one)} /> : null}
              </Item>
            ))}
          </ul>
        </aside>
      )}
    </>
  );
}

function SummaryIcon({ isBad, isRunning }: { isBad: boolean; isRunning: boolean }) {
  const Icon = isBad ? TriangleAlert : isRunning ? LoaderCircle : CircleCheck;
  const look = isBad ? "text-soft" : isRunning ? "text-accent motion-safe:animate-spin" : "text-good";
  return <Icon size={15} aria-hidden="true" className={`shrink-0 ${look}`} />;
}

function Summary({ running, ended }: { running: number; ended: number }) {
  const { t } = useTranslation();
  const said = [
    running > 0 ? t("imports.news.going", { count: running }) : null,
    ended > 0 ? t("imports.news.ended", { count: ended }) : null,
  ];
  return <span>{said.filter(Boolean).join(" · ")}</span>;
}

const isTrouble = ({ state }: Upload) => state === "refused" || state === "broken";

const placeOf = ({ id, campaign_id, state }: Import) =>
  state === "undoing" || state === "undone" || state === "saved"
    ? `/imports/${id}`
    : `/campaigns/${campaign_id}/imports`;

function useStepNames() {
  const { t } = useTranslation();
  return {
    upload: ({ name, files, state }: Upload) =>
      t(`imports.upload.state.${state}`, {
        file: files > 1 ? t("imports.upload.several", { count: files }) : name || t("imports.pasted"),
      }),
    running: ({ file_name, state }: Import) =>
      t(`imports.news.${state === "saving" || state === "undoing" ? state : "reading"}`, {
        file: file_name || t("imports.pasted"),
      }),
  };
}

type NoticeContent = { ids: number[]; text: string; isGood: boolean; to: string; link: string };

/** How imports ended, those of one campaign that were saved together in one. */
function useNotices(ended: Import[]): NoticeContent[] {
  const { t } = useTranslation();
  const saved = new Map<number, Import[]>();
  const notices: NoticeContent[] = [];
  for (const one of ended) {
    const file = one.file_name || t("imports.pasted");
    const rest = { ids: [one.id], to: placeOf(one), link: t("imports.news.see") };
    if (one.state === "saved" && !one.failure) {
      saved.set(one.campaign_id, [...(saved.get(one.campaign_id) ?? []), one]);
    } else if (one.state === "undone") {
      const left = one.undo_left ?? 0;
      const text = left > 0 ? t("imports.news.undoneLeft", { file, count: left }) : t("imports.news.undone", { file });
      notices.push({ ...rest, text, isGood: left === 0 });
    } else {
      notices.push({ ...rest, text: t(`imports.news.failed.${failureKind(one)}`, { file }), isGood: false });
    }
  }
  for (const [campaign_id, imports] of saved) {
    const count = imports.reduce((sum, { rows }) => sum + rows, 0);
    const [first] = imports;
    const text =
      imports.length === 1
        ? t("imports.news.saved", { file: first?.file_name || t("imports.pasted"), count })
        : t("imports.news.savedFiles", { files: imports.length, count });
    const ids = imports.map(({ id }) => id);
    notices.unshift({ ids, text, isGood: true, to: `/campaigns/${campaign_id}`, link: t("imports.news.campaign") });
  }
  return notices;
}

function failureKind({ state, failure }: Import): "undoing" | "cancelled" | "password" | "other" {
  if (state === "saved") return "undoing";
  if (failure === "cancelled") return "cancelled";
  return failure === "needs-password" || failure === "wrong-password" ? "password" : "other";
}

function Notice({ notice, here, onTold }: { notice: NoticeContent; here: string; onTold: Props["onTold"] }) {
  const { t } = useTranslation();
  const { ids, text, isGood, to, link } = notice;
  const Icon = isGood ? CircleCheck : TriangleAlert;
  return (
    <Item icon={<Icon size={15} className={isGood ? "text-good" : "text-soft"} />}>
      <p className="break-words">{text}</p>
      <Link to={to} onClick={() => onTold(ids)} className="inline-block min-h-6 font-medium text-accent">
        {link}
      </Link>
      <Form
        method="post"
        action="/imports/told"
        className="absolute top-1.5 right-1"
        onSubmit={(event) => {
          event.preventDefault();
          onTold(ids);
        }}
      >
        {ids.map((id) => (
          <input key={id} type="hidden" name="import" value={id} />
        ))}
        <input type="hidden" name="next" value={here} />
        <Close label={`${t("imports.news.dismiss")}: ${text}`} />
      </Form>
    </Item>
  );
}

function UploadItem({ upload, onDismiss }: { upload: Upload; onDismiss: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, sent, total, rate } = upload;
  const text = useStepNames().upload(upload);
  const isFine = !isTrouble(upload);
  const Icon = isFine ? FileUp : TriangleAlert;
  const left = rate ? (total - sent) / rate : null;
  const said = [
    total > 0 ? format.share(sent / total) : null,
    rate ? `${format.bytes(rate)}/s` : null,
    left !== null && left >= 1 ? t("imports.pace.left", { time: format.duration(left) }) : null,
  ];
  return (
    <Item icon={<Icon size={15} className={isFine ? "text-accent" : "text-soft"} />}>
      <p className="mb-1 break-words">{text}</p>
      {state === "sending" ? (
        <Bar share={total > 0 ? sent / total : null} label={text} said={said.filter(Boolean).join(" · ")} />
      ) : null}
      {state === "done" ? (
        <Link
          to={`/campaigns/${upload.campaign_id}/imports`}
          onClick={onDismiss}
          className="inline-block min-h-6 font-medium text-accent"
        >
          {t("imports.upload.submit")}
        </Link>
      ) : null}
      {state === "refused" ? (
        <Link to="/imports/new" className="inline-block min-h-6 font-medium text-accent">
          {t("imports.news.why")}
        </Link>
      ) : null}
      <span className="absolute top-1.5 right-1">
        <Close
          label={`${t(state === "sending" ? "imports.upload.cancel" : "imports.news.dismiss")}: ${text}`}
          onClick={onDismiss}
        />
      </span>
    </Item>
  );
}

function Item({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li className="relative flex gap-2.5 py-2.5 pr-8 max-md:pr-10 pl-[17.5px]">
      <span aria-hidden="true" className="mt-0.5 shrink-0">
        {icon}
      </span>
      <div className="min-w-0 flex-1">{children}</div>
    </li>
  );
}

function Close({ label, onClick }: { label: string; onClick?: () => void }) {
  return (
    <button
      type={onClick ? "button" : "submit"}
      onClick={onClick}
      aria-label={label}
      title={label}
      className="flex size-6 max-md:size-8 items-center justify-center rounded-md text-muted hover:bg-line/50 hover:text-text"
    >
      <X size={14} aria-hidden="true" />
    </button>
  );
}
