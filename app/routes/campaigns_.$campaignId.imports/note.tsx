import { Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export function Heading({ children }: { children: ReactNode }) {
  return <h3 className="mb-2 text-[13px] font-medium">{children}</h3>;
}

export function Note({ tone = "plain", children }: { tone?: "plain" | "hard"; children: ReactNode }) {
  const Icon = tone === "hard" ? TriangleAlert : Info;
  return (
    <div
      className={`flex gap-2.5 rounded-lg px-3 py-2 ${tone === "hard" ? "bg-hard-soft text-hard" : "bg-bg text-muted"}`}
    >
      <Icon size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
