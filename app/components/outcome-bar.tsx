import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";

const colours = {
  clicked: "bg-accent-strong",
  opened: "bg-opened",
  unopened: "bg-unopened",
  soft: "bg-soft",
  hard: "bg-hard",
};

/** `width` is what a part takes of the bar where another part, drawn beside it, is contained in its value. */
export type OutcomePart = { name: keyof typeof colours; value: number; width?: number };

/** What became of the mails, as one bar of `whole` with its legend: each part in words, with its number or its share. */
export function OutcomeBar({
  parts,
  whole,
  shares = false,
}: {
  parts: OutcomePart[];
  whole: number;
  shares?: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div>
      <div aria-hidden="true" className={`flex overflow-hidden rounded-md bg-track ${shares ? "h-1.5" : "h-2.5"}`}>
        {parts.map(({ name, value }) => (
          <i
            key={name}
            className={`block ${colours[name]}`}
            style={{ width: `${(100 * value) / Math.max(whole, 1)}%` }}
          />
        ))}
      </div>
      <ul
        className={`mt-1.5 flex flex-wrap gap-y-0.5 text-muted tabular-nums ${shares ? "gap-x-3 text-xs" : "gap-x-4.5 text-[12.5px]"}`}
      >
        {parts.map(({ name, value }) => (
          <li key={name} className="flex items-center gap-1.5 whitespace-nowrap">
            <i aria-hidden="true" className={`size-2 rounded-xs ${colours[name]}`} />
            {t(`campaigns.figure.${name}`)}{" "}
            <span className="text-text">
              {shares ? format.percent(value / Math.max(whole, 1)) : format.number(value)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
