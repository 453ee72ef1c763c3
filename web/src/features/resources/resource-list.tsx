import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { Application, ResourceTree } from "@/api/types";
import { useNarrow } from "@/lib/narrow";
import { t } from "@/lib/words";
import { visible } from "@/lib/visible";
import { State } from "@/ui/state";
import { idOf } from "./names";

const ROW = 32;
const NARROW_ROW = 48;
const COLUMNS =
  "grid w-full grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-3 px-4 md:grid-cols-[170px_minmax(0,1.4fr)_130px_110px_110px_minmax(0,1fr)]";

interface Props {
  app: Application;
  tree: ResourceTree | undefined;
  chosen: string;
  choose: (id: string) => void;
}

interface Entry {
  id: string;
  kind: string;
  name: string;
  namespace: string;
  sync: string;
  health: string;
  reason: string;
}

/** Every object with its states; those that are wrong come first. */
export default function Resources({ app, tree, chosen, choose }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const height = useNarrow() ? NARROW_ROW : ROW;
  const entries = useMemo(() => entriesOf(app, tree), [app, tree]);
  const rows = useVirtualizer({ count: entries.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12 });
  useEffect(() => rows.measure(), [rows, height]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto bg-panel" data-resources={entries.length}>
      <div aria-hidden className={`${COLUMNS} sticky top-0 z-1 h-8 border-b border-line bg-panel text-text-3 max-md:hidden`}>
        {(["kind", "name", "namespace", "health", "state", "reason"] as const).map((word) => (
          <span key={word}>{t(word)}</span>
        ))}
      </div>
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const entry = entries[row.index];
          return (
            entry && (
              <button
                key={entry.id}
                type="button"
                aria-pressed={entry.id === chosen}
                onClick={() => choose(entry.id)}
                style={{ height, transform: `translateY(${row.start}px)` }}
                className={`${COLUMNS} absolute inset-x-0 border-b border-line text-left focus-visible:outline-offset-[-2px] ${entry.id === chosen ? "bg-selected" : "hover:bg-hover"}`}
              >
                <Cells entry={entry} />
              </button>
            )
          );
        })}
      </div>
    </div>
  );
}

function Cells({ entry: { kind, name, namespace, health, sync, reason } }: { entry: Entry }) {
  return (
    <>
      <span className="hidden truncate text-text-2 md:block">{kind}</span>
      <span className="min-w-0 leading-[18px]" title={name}>
        <span className="block truncate text-[11px] text-text-2 md:hidden">{kind}</span>
        <span className="block truncate">
          <bdi>{visible(name)}</bdi>
        </span>
      </span>
      <span className="hidden truncate text-text-2 md:block">{namespace}</span>
      <span className="flex">{health && <State state={health} />}</span>
      <span className="flex">{sync && <State state={sync} />}</span>
      <span className="hidden truncate text-text-2 md:block" title={reason}>
        {visible(reason)}
      </span>
    </>
  );
}

function entriesOf(app: Application, tree: ResourceTree | undefined): Entry[] {
  const managed = new Map((app.status.resources ?? []).map((each) => [idOf(each), each]));
  const nodes = tree?.nodes ?? [];
  const present = new Set(nodes.map(idOf));
  const missing = [...managed].filter(([id]) => !present.has(id)).map(([, each]) => each);
  return [...nodes, ...missing]
    .map((node) => {
      const id = idOf(node);
      const own = managed.get(id);
      const health = (own?.health ?? node.health)?.status ?? "";
      return { id, kind: node.kind, name: node.name, namespace: node.namespace ?? "", sync: own?.status ?? "", health, reason: node.health?.message ?? "" };
    })
    .sort((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
}

const rank = ({ sync, health }: Entry): number =>
  health === "Degraded" ? 0 : health === "Missing" ? 1 : sync === "OutOfSync" ? 2 : health === "Progressing" ? 3 : 4;
