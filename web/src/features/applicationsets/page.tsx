import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "@/api/client";
import type { ApplicationSet } from "@/api/types";
import { t } from "@/lib/words";
import { Ago, CommandLine, Empty, Failed, Skeleton } from "@/ui/controls";

interface Condition {
  type: string;
  status: string;
  message?: string;
}

/** The sets with what generates them and what went wrong. */
export function ApplicationSetsPage() {
  const found = useQuery({
    queryKey: ["applicationsets"],
    queryFn: () => get<{ items: ApplicationSet[] | null }>("/api/v1/applicationsets"),
    refetchInterval: 10_000,
  });
  useEffect(() => {
    document.title = "ApplicationSets · Tidegate";
  }, []);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const sets = found.data.items ?? [];
  if (sets.length === 0)
    return (
      <Empty title={t("applicationSets")}>
        <p>{t("noSets")}</p>
        <CommandLine>curl -X POST …/api/v1/applicationsets -d @set.json</CommandLine>
      </Empty>
    );
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-panel">
    <h1 className="sr-only">{t("applicationSets")}</h1>
    <ul>
      {sets.map((set) => {
        const generators = (set.spec.generators as object[] | undefined) ?? [];
        const conditions = ((set.status as { conditions?: Condition[] } | undefined)?.conditions ?? []).filter(
          (each) => each.type === "ErrorOccurred" && each.status === "True",
        );
        return (
          <li key={`${set.metadata.namespace}/${set.metadata.name}`} className="flex min-h-8 flex-wrap items-center gap-x-4 border-b border-line px-4 py-1.5">
            <span className="min-w-48 font-medium">{set.metadata.name}</span>
            <span className="text-text-2">{generators.flatMap((each) => Object.keys(each)).join(", ")}</span>
            <span className="min-w-0 flex-1 text-bad-fg">{conditions.map((each) => each.message).join(" ")}</span>
            {set.metadata.creationTimestamp && (
              <span className="text-text-3">
                <Ago at={set.metadata.creationTimestamp} />
              </span>
            )}
          </li>
        );
      })}
    </ul>
    </div>
  );
}
