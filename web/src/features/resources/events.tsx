import { useQuery } from "@tanstack/react-query";
import { readOf, type AppName } from "@/api/queries";
import type { KubernetesEvent, ResourceRef } from "@/api/types";
import { t } from "@/lib/words";
import { Ago, Empty, Failed, Skeleton } from "@/ui/controls";

const timeOf = (event: KubernetesEvent): string => event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? "";

/** What Kubernetes reports about all objects, or about one; the newest first. */
export default function Events({ app, of }: { app: AppName; of?: ResourceRef }) {
  const query = of
    ? { resourceUID: of.uid ?? "", resourceName: of.name, resourceNamespace: of.namespace ?? "" }
    : {};
  const found = useQuery({ ...readOf<{ items: KubernetesEvent[] | null }>(app, "/events", query), refetchInterval: 10_000 });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const events = [...(found.data.items ?? [])].sort((one, other) => timeOf(other).localeCompare(timeOf(one)));
  if (events.length === 0) return <Empty title={t("noEvents")} />;
  return (
    <ul tabIndex={0} aria-label={t("events")} className="@container min-h-0 flex-1 overflow-auto bg-panel">
      {events.map((event, index) => (
        <li key={index} className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-1.5">
          <span className={`shrink-0 truncate font-medium @2xl:w-36 ${event.type === "Warning" ? "text-warn-fg" : ""}`}>
            {event.type === "Warning" && <span aria-label="warning">▲ </span>}
            {event.reason}
          </span>
          <span className="order-1 w-full min-w-48 break-words text-text-2 @2xl:order-none @2xl:w-auto @2xl:flex-1 @2xl:text-text-1">{event.message}</span>
          {!of && event.involvedObject && (
            <span className="min-w-0 flex-1 truncate text-text-2 @2xl:max-w-60 @2xl:flex-none">
              {event.involvedObject.kind} {event.involvedObject.name}
            </span>
          )}
          <span className="tabular ml-auto shrink-0 text-right text-text-3 @2xl:ml-0 @2xl:w-24">
            {(event.count ?? 1) > 1 && `×${event.count} `}
            {timeOf(event) && <Ago at={timeOf(event)} />}
          </span>
        </li>
      ))}
    </ul>
  );
}
