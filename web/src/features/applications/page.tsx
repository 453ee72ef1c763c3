import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { pathWith, type Query } from "@/api/client";
import { useStream, useVisible } from "@/api/live";
import { listPage, streamFields } from "@/api/queries";
import type { ApplicationEvent } from "@/api/types";
import { t } from "@/lib/words";
import { Button, CommandLine, Empty, Failed, Skeleton } from "@/ui/controls";
import { Outdated } from "@/ui/outdated";
import { FilterBar } from "./filter-bar";
import { useFilters } from "./filters";
import { useSelection } from "./selection";
import { ApplicationTable } from "./table";

const Bulk = lazy(() => import("./bulk"));

const STREAMED_MOST = 1000;
const ASK_MS = 3000;
/** Beside a stream, for the connection that has died without telling. */
const MAKE_SURE_MS = 20_000;

/** All applications: filters in the URL, counts from the server, rows as they are seen. */
export function ApplicationsPage() {
  const filters = useFilters();
  const first = useApplications(filters.query);
  const selection = useSelection();
  useEffect(() => {
    document.title = "Applications · Tidegate";
  }, []);

  const fits = (first.data?.items?.length ?? 0) + (first.data?.metadata.remainingItemCount ?? 0);
  return (
    <>
      <h1 className="sr-only">{t("applications")}</h1>
      <FilterBar filters={filters} counts={first.data?.metadata.counts} fits={fits} />
      <Outdated query={first} />
      {first.isPending && <Skeleton rows={12} />}
      {first.error && !first.data && <Failed error={first.error} retry={() => void first.refetch()} />}
      {first.data && fits === 0 && (filters.any ? <NothingFits clear={filters.clear} /> : <NoApplications />)}
      {fits > 0 && <ApplicationTable filters={filters.query} total={fits} selection={selection} />}
      {selection.names.length > 0 && (
        <Suspense>
          <Bulk selection={selection} />
        </Suspense>
      )}
    </>
  );
}

/** The first page with the counts; later pages belong to the table. Told of changes by a stream where there is one. */
function useApplications(filters: Query) {
  const client = useQueryClient();
  const visible = useVisible();
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [follows, setFollows] = useState(true);
  const refresh = useCallback(() => {
    pending.current ??= setTimeout(() => {
      pending.current = undefined;
      void client.invalidateQueries({ queryKey: ["applications"] });
    }, 150);
  }, [client]);
  const streams = useStream<ApplicationEvent>(
    follows ? pathWith("/api/v1/stream/applications", { ...filters, fields: streamFields }) : null,
    refresh,
  );
  return useQuery({
    queryKey: ["applications", filters, 0],
    queryFn: async ({ signal }) => {
      const page = await listPage(filters, 0, signal);
      setFollows((page.metadata.counts.total ?? 0) <= STREAMED_MOST);
      return page;
    },
    placeholderData: (before) => before,
    refetchInterval: visible && (streams && follows ? MAKE_SURE_MS : ASK_MS),
  });
}

function NothingFits({ clear }: { clear: () => void }) {
  return (
    <Empty title={t("nothingFits")}>
      <Button onClick={clear}>{t("clearFilters")}</Button>
    </Empty>
  );
}

function NoApplications() {
  return (
    <Empty title={t("noApplications")}>
      <p>{t("noApplicationsHelp")}</p>
      <CommandLine>tidegate app create -f application.yaml</CommandLine>
    </Empty>
  );
}
