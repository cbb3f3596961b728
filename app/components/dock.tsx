import { Form, Link } from "@remix-run/react";
import { CircleCheck, FileUp, LoaderCircle, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
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

/** What goes on behind the page, at its edge: it covers nothing and takes no focus. */
export function Dock({ uploads, news, here, onDismissUpload, onTold }: Props) {
  const { t } = useTranslation();
  const notices = useNotices(news.filter(({ pace }) => !pace));
  const running = news.filter(({ pace }) => pace);
  const isEmpty = notices.length + running.length + uploads.length === 0;
  const steps = useStepNames();
  const said = [...notices.map(({ text }) => text), ...uploads.map(steps.upload), ...running.map(steps.running)];
  return (
    <>
      {/* Percentages would be read out without end: told is what begins and what has ended. */}
      <p aria-live="polite" className="sr-only">
        {said.join(". ")}
      </p>
      {isEmpty ? null : (
        <aside
          aria-label={t("imports.news.label")}
          data-dock
          className="z-20 border-line bg-surface max-md:fixed max-md:inset-x-0 max-md:bottom-[53px] max-md:border-t md:max-h-[45vh] md:overflow-y-auto md:border-t"
        >
          <ul className="divide-y divide-line text-[13px] max-md:[&>:nth-child(n+2)]:hidden">
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
  const isFine = state === "sending" || state === "done";
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
    <li className="relative flex gap-2.5 py-2.5 pr-8 pl-[17.5px]">
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
      className="flex size-6 items-center justify-center rounded-md text-muted hover:bg-line/50 hover:text-text"
    >
      <X size={14} aria-hidden="true" />
    </button>
  );
}
