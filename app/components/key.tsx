/** A key's cap, drawn beside what it does. The element itself declares it with aria-keyshortcuts. */
export function Key({ children, quiet = false }: { children: string; quiet?: boolean }) {
  const colours = quiet ? "border-current/30 text-current" : "border-line-strong bg-raised text-muted";
  return (
    <span
      aria-hidden="true"
      className={`inline-block min-w-5 rounded-[5px] border border-b-2 px-1.5 py-0.5 text-center font-sans text-[11px] leading-none font-semibold max-md:hidden ${colours}`}
    >
      {children}
    </span>
  );
}
