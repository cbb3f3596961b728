import type { ReactNode } from "react";

const tones = {
  hard: "text-hard bg-hard-soft",
  soft: "text-soft bg-soft-soft",
  auto: "text-auto bg-auto-soft",
  good: "text-good bg-good-soft",
  none: "text-muted bg-bg ring-1 ring-inset ring-line",
};
export type Tone = keyof typeof tones;

/** A word or number with a meaning colour; the colour never stands alone. */
export function Badge({ tone = "none", title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span
      title={title}
      className={`inline-block rounded-full px-2 py-px text-xs font-semibold whitespace-nowrap tabular-nums ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
