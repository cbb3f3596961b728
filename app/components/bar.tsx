/** A bar that fills; without a share one that only says that something goes on. `said` tells the same in words below it. */
export function Bar({ share, label, said }: { share: number | null; label: string; said: string }) {
  return (
    <div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        aria-valuetext={said || undefined}
        className="h-1.5 overflow-hidden rounded-full bg-track"
      >
        <div
          className={`h-full rounded-full bg-accent transition-[width] duration-500 ${share === null ? "w-full animate-pulse opacity-30" : ""}`}
          style={share === null ? undefined : { width: `${Math.max(share * 100, 1)}%` }}
        />
      </div>
      {/* What the bar says already is not read twice. */}
      <p aria-hidden="true" className="mt-1 min-h-4 text-[12.5px] text-muted tabular-nums">
        {said}
      </p>
    </div>
  );
}
