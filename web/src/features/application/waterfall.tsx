import type { Application } from "@/api/types";
import { duration } from "@/lib/time";

/** The clock of the last change: each stage with its share of the time. */
export function Waterfall({ app }: { app: Application }) {
  const stages = (app.status.tidegate?.stages ?? []).filter((stage) => stage.at);
  const trace = app.status.tidegate?.trace ?? "";
  const total = stages.reduce((sum, stage) => sum + (stage.seconds ?? 0), 0);
  if (stages.length === 0) return <span className="text-text-3">not deployed yet</span>;
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5 text-text-2" data-waterfall>
      {stages.map((stage) => (
        <span
          key={stage.name}
          className={`inline-flex items-center gap-1.5 whitespace-nowrap ${(stage.seconds ?? 0) < total / 20 ? "max-md:hidden" : ""}`}
          title={stage.at ?? ""}
        >
          {stage.name}
          <span className="mono text-text-1">
            {stage.seconds === null || stage.seconds === undefined ? new Date(stage.at ?? "").toLocaleTimeString() : duration(stage.seconds)}
          </span>
          {!!stage.seconds && (
            <span aria-hidden className="inline-block h-2 rounded-sm bg-accent opacity-70" style={{ width: Math.max(2, Math.round((64 * stage.seconds) / total)) }} />
          )}
        </span>
      ))}
      {trace && <span className="mono text-text-3" title={`trace ${trace}`}>{`trace ${trace.slice(0, 8)}`}</span>}
    </span>
  );
}
