import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { Minus, Plus } from "lucide-react";
import { State, toneOf } from "@/ui/state";
import { visible } from "@/lib/visible";
import { idOf } from "./names";
import type { Thing } from "./scene";

const DOTS = 8;

export type ThingNode = Node<{ thing: Thing; open: string; choose: (id: string) => void; turn: (id: string) => void }, "thing">;

/** One object, or a group of them: kind, name, states, one fact, and what is wrong with it. */
export function ThingBox({ data, selected }: NodeProps<ThingNode>) {
  const { thing, open, choose, turn } = data;
  const tone = toneOf(thing.health === "Healthy" || !thing.health ? thing.sync || "Healthy" : thing.health);
  const wrong = tone === "bad" || tone === "lost";
  return (
    <div
      data-thing={thing.kind}
      className={`state-${tone} flex h-full overflow-hidden rounded-md border text-[12px] ${wrong ? "bg-(--state-bg)" : "bg-panel"} ${selected ? "border-accent shadow-[0_0_0_1px_var(--accent)]" : wrong ? "border-(--state-line)" : "border-line-strong"}`}
    >
      <Handle type="target" position={Position.Left} />
      <Handle type="target" id="used" position={Position.Left} />
      <span aria-hidden className="mono grid w-12 shrink-0 place-items-center border-r border-line text-[10px] text-text-2" title={thing.kind}>
        {thing.glyph}
      </span>
      <div className="flex min-w-0 flex-1 flex-col justify-center px-2 leading-[18px]">
        <div className="flex items-center gap-1.5">
          <span className="min-w-0 flex-1 truncate font-medium" title={`${thing.kind} ${thing.name}`}>
            <bdi>{visible(thing.name)}</bdi>
          </span>
          {thing.chip && <span className="mono max-w-20 shrink-0 truncate rounded bg-hover px-1 text-[10px] text-text-2">{thing.chip}</span>}
          {thing.members.length > 0 && <Turn thing={thing} turn={turn} />}
        </div>
        {thing.members.length > 0 && thing.kind === "Pod" && !wrong ? (
          <Dots thing={thing} open={open} choose={choose} />
        ) : (
          <div className="flex gap-2 text-[11px]">
            {thing.health && <State state={thing.health} />}
            {thing.sync && <State state={thing.sync} />}
            {!thing.health && !thing.sync && <span className="text-text-2">{thing.kind}</span>}
          </div>
        )}
        {thing.reason && (
          <div className="truncate text-[11px] text-text-2" title={thing.reason}>
            {thing.reason}
          </div>
        )}
      </div>
      <Handle type="source" position={Position.Right} />
      <Handle type="source" id="uses" position={Position.Right} />
      <Handle type="target" id="beside" position={Position.Right} />
    </div>
  );
}

/** Shows the members of a group, each in its own box, or puts them together again. */
function Turn({ thing, turn }: { thing: Thing; turn: (id: string) => void }) {
  const Icon = thing.open ? Minus : Plus;
  return (
    <button
      type="button"
      aria-expanded={Boolean(thing.open)}
      aria-label={`${thing.name}: ${thing.open ? "put together" : "show each"}`}
      className="nodrag nopan -my-1 -mr-1 grid size-6 shrink-0 place-items-center rounded border border-line-strong bg-panel hover:bg-hover"
      onClick={(event) => {
        event.stopPropagation();
        turn(thing.id);
      }}
    >
      <Icon size={11} aria-hidden />
    </button>
  );
}

/** One dot a pod; the pointer opens its own, the keyboard shows each by the button of the group. */
function Dots({ thing, open, choose }: { thing: Thing; open: string; choose: (id: string) => void }) {
  return (
    <div className="flex items-center gap-1 text-[11px]">
      {thing.members.slice(0, DOTS).map((pod) => (
        <span
          key={idOf(pod)}
          title={pod.name}
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            choose(idOf(pod));
          }}
          className={`state-good size-2.5 cursor-pointer rounded-full bg-[var(--state-fg)] ${idOf(pod) === open ? "outline-2 outline-offset-1 outline-accent" : ""}`}
        />
      ))}
      {thing.members.length > DOTS && <span className="text-text-2">+{thing.members.length - DOTS}</span>}
      <State state={thing.health || "Unknown"} />
    </div>
  );
}
