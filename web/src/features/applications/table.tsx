import { useQueries } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import type { Query } from "@/api/client";
import { listPage, namesOf, PAGE } from "@/api/queries";
import type { Application } from "@/api/types";
import { onKey } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { t } from "@/lib/words";
import { Row, COLUMNS } from "./row";
import type { Selection } from "./selection";

const ROW = 32;
const NARROW_ROW = 52;
/** More are not ticked by one click: what is done to them cannot be looked through. */
const TICKED_MOST = 500;

interface Props {
  filters: Query;
  total: number;
  selection: Selection;
}

/** Rows of one height, only those in view; pages of the server are asked for when they come near. */
export function ApplicationTable({ filters, total, selection }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const [chosen, setChosen] = useState(-1);
  const moved = useRef(false);
  const height = narrow ? NARROW_ROW : ROW;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  useEffect(() => rows.measure(), [rows, height]);
  const seen = rows.getVirtualItems();
  const at = usePages(filters, seen.map((row) => row.index));
  const move = (step: number) => {
    const next = Math.min(total - 1, Math.max(0, chosen + step));
    moved.current = true;
    setChosen(next);
    rows.scrollToIndex(next);
  };
  const tick = () => {
    const app = at(chosen);
    if (app) selection.toggle(app.metadata);
  };
  useEffect(() => onKey({ ArrowDown: () => move(1), ArrowUp: () => move(-1), x: tick, Escape: selection.clear }));
  const drawn = seen.some((row) => row.index === chosen);
  useEffect(() => {
    if (!drawn || !moved.current) return;
    moved.current = false;
    scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${chosen + 2}"] a`)?.focus({ preventScroll: true });
  }, [chosen, drawn]);

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto bg-panel" role="grid" aria-label={t("applications")} aria-rowcount={total + 1} aria-multiselectable>
      <div role="row" aria-rowindex={1} className={`${COLUMNS} sticky top-0 z-10 hidden h-8 items-center border-b border-line bg-panel text-text-3 md:grid`}>
        <span role="columnheader" className="flex">
          <TickAll filters={filters} total={total} selection={selection} />
        </span>
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
              aria-selected={app ? selection.has(app.metadata) : false}
              className="absolute inset-x-0"
              style={{ height, transform: `translateY(${row.start}px)` }}
              onFocus={() => setChosen(row.index)}
            >
              {app ? (
                <Row app={app} chosen={row.index === chosen} ticked={selection.has(app.metadata)} toggle={selection.toggle} />
              ) : (
                <div role="gridcell" aria-label="loading" className="skeleton mx-3 my-2 h-4" />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The application at an index, once its page has come. */
function usePages(filters: Query, indices: number[]): (index: number) => Application | undefined {
  const pages = [...new Set([0, ...indices.map((index) => Math.floor(index / PAGE))])];
  const found = useQueries({
    queries: pages.map((page) => ({
      queryKey: ["applications", filters, page],
      queryFn: ({ signal }: { signal: AbortSignal }) => listPage(filters, page, signal),
      staleTime: 2000,
    })),
  });
  return (index) => found[pages.indexOf(Math.floor(index / PAGE))]?.data?.items?.[index % PAGE];
}

function TickAll({ filters, total, selection }: Props) {
  const some = selection.names.length > 0;
  const many = total > TICKED_MOST;
  const change = async () => {
    if (some) selection.clear();
    else selection.add(await namesOf(filters, TICKED_MOST));
  };
  return (
    <input
      type="checkbox"
      className="accent-accent"
      checked={some && selection.names.length >= total}
      ref={(box) => {
        if (box) box.indeterminate = some && selection.names.length < total;
      }}
      disabled={many && !some}
      onChange={() => void change()}
      aria-label={t("tickAll")}
      title={many ? `Filter down to ${TICKED_MOST} or fewer to tick all` : t("tickAll")}
    />
  );
}
