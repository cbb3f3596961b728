import { Link } from "@remix-run/react";
import type { ReactNode } from "react";

type Props = { title: ReactNode; sub?: ReactNode; crumb?: { to: string; label: string }; children?: ReactNode };

/** A page's name, what it is about, and its acts at the right. */
export function PageHead({ title, sub, crumb, children }: Props) {
  return (
    <header>
      {crumb ? (
        <p className="mb-1.5 text-[12.5px] text-faint">
          <Link to={crumb.to} className="no-underline hover:underline">
            {crumb.label}
          </Link>
        </p>
      ) : null}
      <div className="flex flex-wrap items-end gap-4">
        <div className="min-w-0">
          <h1 className="text-xl font-[650] tracking-tight break-words">{title}</h1>
          {sub ? <p className="mt-0.5 text-muted">{sub}</p> : null}
        </div>
        {children ? <div className="flex flex-wrap gap-2 md:ml-auto">{children}</div> : null}
      </div>
    </header>
  );
}
