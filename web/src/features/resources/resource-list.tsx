import { useMemo } from "react";
import type { Application, ResourceTree } from "@/api/types";
import { t } from "@/lib/words";
import { State } from "@/ui/state";
import { idOf } from "./names";

const COLUMNS =
  "grid h-8 w-full grid-cols-[minmax(0,1fr)_110px_100px] items-center gap-3 px-4 md:grid-cols-[170px_minmax(0,1.4fr)_130px_110px_110px_minmax(0,1fr)]";

interface Props {
  app: Application;
  tree: ResourceTree | undefined;
  chosen: string;
  choose: (id: string) => void;
}

/** Every object with its states; those that are wrong come first. */
export default function Resources({ app, tree, chosen, choose }: Props) {
  const rows = useMemo(() => {
    const managed = new Map((app.status.resources ?? []).map((each) => [idOf(each), each]));
    const nodes = [...(tree?.nodes ?? [])];
    const missing = [...managed].filter(([id]) => !nodes.some((node) => idOf(node) === id)).map(([, each]) => each);
    return [...nodes, ...missing]
      .map((node) => ({ node, id: idOf(node), sync: managed.get(idOf(node))?.status ?? "", health: (managed.get(idOf(node))?.health ?? node.health)?.status ?? "", reason: node.health?.message ?? "" }))
      .sort((one, other) => rank(one) - rank(other) || one.id.localeCompare(other.id));
  }, [app, tree]);
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-panel" data-resources>
      <div className={`${COLUMNS} sticky top-0 border-b border-line bg-panel text-text-3 max-md:hidden`}>
        {(["kind", "name", "namespace", "health", "state", "reason"] as const).map((word) => (
          <span key={word}>{t(word)}</span>
        ))}
      </div>
      {rows.map(({ node, id, sync, health, reason }) => (
        <button
          key={id}
          type="button"
          onClick={() => choose(id)}
          className={`${COLUMNS} border-b border-line text-left ${id === chosen ? "bg-selected" : "hover:bg-hover"}`}
        >
          <span className="hidden truncate text-text-2 md:block">{node.kind}</span>
          <span className="truncate" title={node.name}>
            <span className="text-text-3 md:hidden">{node.kind} </span>
            {node.name}
          </span>
          <span className="hidden truncate text-text-2 md:block">{node.namespace}</span>
          <span className="flex">{health && <State state={health} />}</span>
          <span className="flex">{sync && <State state={sync} />}</span>
          <span className="hidden truncate text-text-2 md:block" title={reason}>
            {reason}
          </span>
        </button>
      ))}
    </div>
  );
}

const rank = ({ sync, health }: { sync: string; health: string }): number =>
  health === "Degraded" ? 0 : health === "Missing" ? 1 : sync === "OutOfSync" ? 2 : health === "Progressing" ? 3 : 4;
