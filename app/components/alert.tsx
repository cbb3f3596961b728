import { TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";

/** Why the whole form was refused, where no single field is to blame. It comes into sight: a long form is sent from its end. */
export function Alert({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => ref.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <p
      ref={ref}
      role="alert"
      className="mb-4 flex scroll-mt-20 gap-2.5 rounded-lg bg-hard-soft px-3 py-2 font-medium text-hard"
    >
      <TriangleAlert size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
