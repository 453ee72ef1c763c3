import { useQuery } from "@tanstack/react-query";
import { readOf } from "@/api/queries";
import type { Application, OperationView as Operation } from "@/api/types";
import { isRunning } from "@/lib/application";
import { Failed, Skeleton } from "@/ui/controls";
import { State } from "@/ui/state";

/** The last operation wave by wave, object by object, as it happens. */
export function OperationView({ app }: { app: Application }) {
  const found = useQuery({
    ...readOf<Operation>(app.metadata, "/operation"),
    refetchInterval: isRunning(app) ? 1000 : false,
  });
  if (found.isPending) return <Skeleton rows={3} />;
  if (!found.data) return <Failed error={found.error} />;
  const { operationState, waves } = found.data;
  return (
    <div className="mt-2 max-h-72 overflow-auto rounded-md border border-line bg-canvas p-2" data-operation>
      {operationState && (
        <p className="mb-1 flex items-center gap-2">
          <State state={operationState.phase} /> <span className="text-text-2">{operationState.message}</span>
        </p>
      )}
      {waves.map((wave) => (
        <section key={wave.wave} className="mb-1">
          <h3 className="tabular text-text-3">
            wave {wave.wave} · {wave.done} of {wave.total}
            {wave.failed > 0 && <span className="text-bad-fg"> · {wave.failed} failed</span>}
          </h3>
          <ul>
            {wave.tasks.map((task) => (
              <li key={`${task.kind}/${task.namespace}/${task.name}`} className="grid grid-cols-[minmax(0,1fr)_90px_minmax(0,2fr)] gap-3">
                <span className="truncate">
                  <span className="text-text-3">{task.kind}</span> {task.name}
                </span>
                <span className="truncate text-text-2">{task.action}</span>
                <span className={`truncate ${/fail/i.test(task.status) ? "text-bad-fg" : "text-text-2"}`} title={task.message}>
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
