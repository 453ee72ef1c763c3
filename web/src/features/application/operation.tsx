import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { readOf } from "@/api/queries";
import type { Application, OperationView as Operation } from "@/api/types";
import { CauseLine } from "@/features/changes/cause-line";
import { isRunning } from "@/lib/application";
import { t } from "@/lib/words";
import { Copyable, Failed, Skeleton } from "@/ui/controls";
import { State } from "@/ui/state";
import { Waterfall } from "./waterfall";

/** The last change: what caused it, how long each stage took, and wave by wave what was done, as it happens. */
export function OperationView({ app }: { app: Application }) {
  const found = useQuery({
    ...readOf<Operation>(app.metadata, "/operation"),
    refetchInterval: isRunning(app) ? 1000 : false,
  });
  if (found.isPending) return <Skeleton rows={3} />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const { operationState, waves, stages, cause, trace } = found.data;
  return (
    <div className="mt-2 max-h-[44vh] overflow-auto rounded-md border border-line bg-canvas p-2.5" data-operation tabIndex={0} role="group" aria-label={t("operation")}>
      {cause && (
        <div className="mb-2 flex gap-x-2">
          <span className="shrink-0 text-text-3">{t("cause")}</span>
          <CauseLine cause={cause} />
        </div>
      )}
      <Waterfall stages={stages} />
      <p className="mb-2 flex flex-wrap items-center gap-x-3 text-text-2">
        {operationState && (
          <>
            <State state={operationState.phase} /> <span className="min-w-0 break-words">{operationState.message}</span>
          </>
        )}
        {trace && (
          <span className="ml-auto inline-flex items-center gap-1.5 pr-4 text-text-3">
            <Link className="text-accent hover:underline" to={`/changes/${encodeURIComponent(trace)}`}>
              {t("trace")}
            </Link>
            <Copyable value={trace} />
          </span>
        )}
      </p>
      {waves.map((wave) => (
        <section key={wave.wave} className="mb-1">
          <h3 className="tabular text-text-2">
            wave {wave.wave} · {wave.done} of {wave.total}
            {wave.failed > 0 && <span className="text-bad-fg"> · {wave.failed} failed</span>}
          </h3>
          <ul>
            {wave.tasks.map((task) => (
              <li
                key={`${task.kind}/${task.namespace}/${task.name}`}
                className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 md:grid-cols-[minmax(0,1fr)_140px_minmax(0,2fr)]"
              >
                <span className="truncate" title={task.name}>
                  <span className="text-text-2">{task.kind}</span> <bdi>{task.name}</bdi>
                </span>
                <span className="truncate text-text-2">{task.action}</span>
                <span className={`truncate max-md:col-span-2 max-md:pl-3 ${/fail/i.test(task.status) ? "text-bad-fg" : "text-text-2"}`} title={task.message}>
                  {task.message || task.status}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
