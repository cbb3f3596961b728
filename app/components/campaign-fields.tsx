import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import { Field } from "./field.tsx";

const totals = ["sent", "delivered", "opened", "clicked", "unopened", "hard", "soft", "auto_reply"] as const;
const percents = ["opened_percent", "clicked_percent", "unopened_percent", "bounced_percent"] as const;
const sourceFields = [...totals, ...percents];

type Props = {
  campaign?: { name: string; sent_at: Date | null } & {
    [K in `reported_${(typeof sourceFields)[number]}`]: number | null;
  };
  /** What a refused form brought back: messages and typed text by field. */
  errors?: Record<string, string>;
  values?: Record<string, string>;
};

/** A campaign's name, sent date and its source's own figures. Read back by app/campaign-form.ts. */
export function CampaignFields({ campaign, errors = {}, values }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const sourced = sourceFields.filter((name) => campaign?.[`reported_${name}`] != null);
  const refused = sourceFields.some((name) => errors[`reported_${name}`]);
  const sourceField = (name: (typeof sourceFields)[number]) => {
    const stored = campaign?.[`reported_${name}`];
    return (
      <Field
        key={name}
        name={`reported_${name}`}
        label={t(`campaigns.reported.${name}`)}
        inputMode={name.endsWith("percent") ? "decimal" : "numeric"}
        autoComplete="off"
        className="tabular-nums"
        defaultValue={values?.[`reported_${name}`] ?? (stored == null ? "" : format.plain(stored))}
        error={errors[`reported_${name}`]}
      />
    );
  };
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_15rem]">
        <Field
          name="name"
          label={t("campaigns.name")}
          required
          maxLength={200}
          autoComplete="off"
          defaultValue={values?.name ?? campaign?.name}
          error={errors.name}
        />
        <Field
          name="sent_at"
          type="datetime-local"
          label={t("campaigns.sentAt")}
          optional
          hint={t("campaigns.zone", { zone: format.timeZone.replaceAll("_", " ") })}
          defaultValue={values?.sent_at ?? (campaign?.sent_at ? format.local(campaign.sent_at) : "")}
          error={errors.sent_at}
        />
      </div>
      <details open={refused || sourced.length > 0} className="group rounded-lg border border-line bg-surface">
        <summary className="flex items-center gap-2 px-3.5 py-2.5 font-medium">
          <span aria-hidden="true" className="text-faint transition-transform duration-100 group-open:rotate-90">
            ›
          </span>
          <span>
            {t("campaigns.reported.title")} <span className="font-normal text-faint">· {t("common.optional")}</span>
          </span>
        </summary>
        <div className="border-t border-line p-3.5">
          <p className="mb-3.5 max-w-2xl text-muted">{t("campaigns.reported.hint")}</p>
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">{totals.map(sourceField)}</div>
          <div className="mt-3.5 grid grid-cols-2 gap-3 sm:grid-cols-4">{percents.map(sourceField)}</div>
        </div>
      </details>
    </div>
  );
}
