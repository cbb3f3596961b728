import type { ReactNode } from "react";

/** One matter of a page that has several: what it is at the left, what can be done at the right. */
export function Panel({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="grid gap-x-8 gap-y-4 border-t border-line py-6 first:border-t-0 md:grid-cols-[15rem_minmax(0,36rem)]">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {text ? <p className="mt-1 text-[13px] text-muted">{text}</p> : null}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
