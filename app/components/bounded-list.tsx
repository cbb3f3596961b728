import type { ReactNode } from "react";

/** A list of unknown length above a form: it scrolls by itself, so that the form stays near. */
export function BoundedList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      // Else what is there for screen readers alone would make the page longer.
      className="relative mt-4 max-h-96 overflow-auto rounded-xl border border-line bg-surface"
    >
      <ul className="divide-y divide-line *:px-4 *:py-3">{children}</ul>
    </section>
  );
}
