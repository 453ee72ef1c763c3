import { useQueries, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Query } from "@/api/client";
import { commitOf, listPage, PAGE } from "@/api/queries";
import type { Application } from "@/api/types";
import { isRunning, lastChange, pathOf, placeOf, reasonOf, revisionText, sourcesOf } from "@/lib/application";
import { onKey } from "@/lib/keys";
import { t } from "@/lib/words";
import { Ago } from "@/ui/controls";
import { State, StateIcon } from "@/ui/state";

const ROW = 32;
const COLUMNS =
  "grid grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[minmax(150px,1.2fr)_80px_minmax(110px,1.1fr)_minmax(130px,1.3fr)_100px_minmax(110px,2.4fr)_116px] gap-x-3 px-3";

/** Rows of 32 px, only those in view; pages of the server are asked for when they come near. */
export function ApplicationTable({ filters, total }: { filters: Query; total: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(-1);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const seen = rows.getVirtualItems();
  const pages = [...new Set([0, ...seen.map((row) => Math.floor(row.index / PAGE))])];
  const found = useQueries({
    queries: pages.map((page) => ({
      queryKey: ["applications", filters, page],
      queryFn: ({ signal }: { signal: AbortSignal }) => listPage(filters, page, signal),
      staleTime: 2000,
    })),
  });
  const at = (index: number): Application | undefined => {
    const page = found[pages.indexOf(Math.floor(index / PAGE))]?.data;
    return page?.items?.[index % PAGE];
  };
  const move = (step: number) => {
    const next = Math.min(total - 1, Math.max(0, chosen + step));
    setChosen(next);
    rows.scrollToIndex(next);
  };
  useEffect(() =>
    onKey({
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => {
        const app = at(chosen);
        if (app) void navigate(pathOf(app));
      },
    }),
  );

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto bg-panel" role="table" aria-rowcount={total + 1}>
      <div role="row" className={`${COLUMNS} sticky top-0 z-10 hidden h-8 items-center border-b border-line bg-panel text-text-3 md:grid`}>
        {(["name", "project", "where", "revision", "state", "health", "lastChange"] as const).map((word) => (
          <span role="columnheader" key={word} className={word === "lastChange" ? "text-right" : ""}>
            {t(word)}
          </span>
        ))}
      </div>
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {seen.map((row) => {
          const app = at(row.index);
          return (
            <div
              key={row.key}
              role="row"
              aria-rowindex={row.index + 2}
              aria-selected={row.index === chosen}
              className="absolute inset-x-0"
              style={{ height: ROW, transform: `translateY(${row.start}px)` }}
            >
              {app ? <Row app={app} chosen={row.index === chosen} /> : <div className="skeleton mx-3 my-2 h-4" />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ app, chosen }: { app: Application; chosen: boolean }) {
  const change = lastChange(app);
  const reason = reasonOf(app);
  const sync = isRunning(app) ? "Running" : app.status.sync.status;
  return (
    <Link
      to={pathOf(app)}
      data-application={app.metadata.name}
      className={`${COLUMNS} h-8 items-center border-b border-line ${chosen ? "bg-selected shadow-[inset_2px_0_0_var(--accent)]" : "hover:bg-hover"}`}
    >
      <span role="cell" className="truncate font-medium" title={`${app.metadata.namespace}/${app.metadata.name}`}>
        {app.metadata.name}
      </span>
      <span role="cell" className="hidden truncate text-text-2 md:block">
        {app.spec.project}
      </span>
      <span role="cell" className="hidden truncate text-text-2 md:block" title={placeOf(app)}>
        {placeOf(app)}
      </span>
      <span role="cell" className="hidden truncate md:block">
        <Revision app={app} />
      </span>
      <span role="cell" className="hidden items-center md:flex">
        <State state={sync} title={app.status.operationState?.message} />
      </span>
      <span role="cell" className="flex min-w-0 items-center gap-2">
        <span className="md:hidden">
          <StateIcon state={sync} />
        </span>
        <State state={app.status.health.status} title={reason} />
        {reason && (
          <span className="hidden truncate text-text-2 md:inline" title={reason}>
            {reason.replace(/^\w+[ /]\S+: /, "")}
          </span>
        )}
      </span>
      <span role="cell" className="hidden truncate text-right text-text-3 md:block">
        {change && (
          <>
            <Ago at={change.at} />
            {change.who && ` · ${change.who}`}
          </>
        )}
      </span>
    </Link>
  );
}

/** `main@3f2c1d9` and the first line of the commit. */
function Revision({ app }: { app: Application }) {
  const repo = sourcesOf(app)[0]?.repoURL ?? "";
  const commit = useQuery(commitOf(app.metadata, repo, app.status.sync.revision ?? ""));
  const line = commit.data?.message.split("\n")[0] ?? "";
  return (
    <span title={`${repo}\n${line}`}>
      <span className="mono">{revisionText(app)}</span> <span className="text-text-2">{line}</span>
    </span>
  );
}
