import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { get } from "@/api/client";
import type { Cluster } from "@/api/types";
import { t } from "@/lib/words";
import { CommandLine, Copyable, Empty, Failed, Skeleton } from "@/ui/controls";
import { State } from "@/ui/state";

const COLUMNS =
  "grid grid-cols-[minmax(0,1fr)_auto_100px] items-center gap-x-4 px-4 md:grid-cols-[160px_minmax(0,1.5fr)_120px_70px_110px_minmax(0,1fr)]";

/** Every cluster: whether it answers, its version, and how many applications it has. */
export function ClustersPage() {
  const found = useQuery({
    queryKey: ["clusters"],
    queryFn: () => get<{ items: Cluster[] | null }>("/api/v1/clusters"),
    refetchInterval: 10_000,
  });
  useEffect(() => {
    document.title = "Clusters · Tidegate";
  }, []);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const clusters = found.data.items ?? [];
  if (clusters.length === 0)
    return (
      <Empty title={t("clusters")}>
        <p>{t("noClusters")}</p>
        <CommandLine>tidegate cluster add my-aks --resource-id /subscriptions/…</CommandLine>
      </Empty>
    );
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-panel">
      <h1 className="sr-only">{t("clusters")}</h1>
      <div className={`${COLUMNS} h-8 border-b border-line text-text-3 max-md:hidden`}>
        <span>{t("name")}</span>
        <span>{t("server")}</span>
        <span>{t("state")}</span>
        <span className="text-right">{t("version")}</span>
        <span className="text-right">{t("applications")}</span>
      </div>
      <ul>
      {clusters.map((cluster) => {
        const number = cluster.info?.applicationsCount ?? 0;
        return (
          <li key={cluster.server} className={`${COLUMNS} min-h-8 border-b border-line py-1`}>
            <span className="truncate font-medium">{cluster.name}</span>
            <span className="hidden truncate md:block">
              <Copyable value={cluster.server} />
            </span>
            <State state={cluster.connectionState.status} title={cluster.connectionState.message} />
            <span className="mono hidden text-right md:block">{cluster.serverVersion}</span>
            <span className="tabular text-right">
              {number > 0 ? (
                <Link className="text-accent hover:underline" to={`/applications?cluster=${encodeURIComponent(cluster.tidegate?.aliases?.join(",") ?? cluster.server)}`}>
                  {number} applications
                </Link>
              ) : (
                <span className="text-text-3">none</span>
              )}
            </span>
            <span className="hidden truncate text-text-2 md:block" title={cluster.connectionState.message}>
              {cluster.connectionState.message}
            </span>
          </li>
        );
      })}
      </ul>
    </div>
  );
}
