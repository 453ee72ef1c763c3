import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { readOf, type AppName } from "@/api/queries";
import type { ManagedResource } from "@/api/types";
import { t } from "@/lib/words";
import { Empty, Failed, Skeleton } from "@/ui/controls";
import { State } from "@/ui/state";
import { Hunks, sidesOf } from "./hunks";

interface Answer {
  items: ManagedResource[] | null;
}

/** Every object of an application that is not as Git wants it. */
export default function Diff({ app }: { app: AppName }) {
  const found = useQuery(readOf<Answer>(app, "/managed-resources"));
  const differing = useMemo(
    () => (found.data?.items ?? []).map((item) => ({ item, ...sidesOf(item) })).filter(({ same }) => !same),
    [found.data],
  );
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (differing.length === 0)
    return (
      <Empty title={t("noDifference")}>
        <p>{(found.data.items ?? []).length} objects were compared.</p>
      </Empty>
    );
  return (
    <div className="min-h-0 flex-1 overflow-auto p-3" data-diff>
      {differing.map(({ item, before, after }) => (
        <section key={`${item.kind}/${item.namespace}/${item.name}`} className="mb-3 overflow-hidden rounded-md border border-line bg-panel">
          <h2 className="flex items-center gap-3 border-b border-line px-3 py-1.5 text-[13px]">
            <span>
              <span className="text-text-3">{item.kind}</span> {item.name}
            </span>
            <State state={before.length ? "OutOfSync" : "Missing"} />
            <span className="ml-auto font-normal text-text-3">
              − {t("liveState").toLowerCase()} + {t("desiredState").toLowerCase()}
            </span>
          </h2>
          <Hunks before={before} after={after} />
        </section>
      ))}
    </div>
  );
}

