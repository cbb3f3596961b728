import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** Why the whole form was refused, where no single field is to blame. */
export function Alert({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="mb-4 flex gap-2.5 rounded-lg bg-hard-soft px-3 py-2 font-medium text-hard">
      <TriangleAlert size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
