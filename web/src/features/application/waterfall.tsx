import type { Stage } from "@/api/types";
import { duration } from "@/lib/time";

const known = (stages: Stage[]): Stage[] => stages.filter((stage) => stage.at);

const told = (stage: Stage): string =>
  stage.seconds === null || stage.seconds === undefined ? new Date(stage.at ?? "").toLocaleTimeString() : duration(stage.seconds);

/** The clock of the last change in one line: each stage with its share of the time. */
export function Clock({ stages }: { stages: Stage[] }) {
  const shown = known(stages);
  const total = shown.reduce((sum, stage) => sum + (stage.seconds ?? 0), 0);
  if (shown.length === 0) return <span className="text-text-3">not deployed yet</span>;
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5 text-text-2" data-waterfall>
      {shown.map((stage) => (
        <span
          key={stage.name}
          className={`inline-flex items-center gap-1.5 whitespace-nowrap ${(stage.seconds ?? 0) < total / 20 ? "max-md:hidden" : ""}`}
          title={stage.at ?? ""}
        >
          {stage.name}
          <span className="mono text-text-1">{told(stage)}</span>
          {!!stage.seconds && (
            <span aria-hidden className="inline-block h-2 rounded-sm bg-accent opacity-70" style={{ width: Math.max(2, Math.round((64 * stage.seconds) / total)) }} />
          )}
        </span>
      ))}
    </span>
  );
}

/** The same one below the other, each beginning where the one before ended; a moment without a length has a tick. */
export function Waterfall({ stages }: { stages: Stage[] }) {
  const shown = known(stages);
  const total = shown.reduce((sum, stage) => sum + (stage.seconds ?? 0), 0) || 1;
  const starts = shown.map((_, index) => shown.slice(0, index).reduce((sum, stage) => sum + (stage.seconds ?? 0), 0));
  return (
    <ol className="mb-2 grid grid-cols-[auto_minmax(0,1fr)_auto_auto] items-center gap-x-3" data-stages={shown.length}>
      {shown.map((stage, index) => (
        <li key={stage.name} className="contents">
          <span className="text-text-2">{stage.name}</span>
          <span aria-hidden className="relative h-2 rounded-sm bg-hover">
            <span
              className="absolute inset-y-0 rounded-sm bg-accent"
              style={{ left: `${Math.min(99.4, (100 * (starts[index] ?? 0)) / total)}%`, width: `max(2px, ${(100 * (stage.seconds ?? 0)) / total}%)` }}
            />
          </span>
          <span className="mono text-right">{stage.seconds === null || stage.seconds === undefined ? "" : duration(stage.seconds)}</span>
          <time dateTime={stage.at ?? ""} title={stage.at ?? ""} className="mono text-right text-text-3">
            {new Date(stage.at ?? "").toLocaleTimeString()}
          </time>
        </li>
      ))}
    </ol>
  );
}
