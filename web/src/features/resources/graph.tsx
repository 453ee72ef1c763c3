import { Background, Controls, Handle, MiniMap, Position, ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type Node, type NodeProps, type ReactFlowInstance } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./graph.css";
import { useEffect, useMemo, useState } from "react";
import type { Application, ResourceTree } from "@/api/types";
import { onKey } from "@/lib/keys";
import { State, toneOf } from "@/ui/state";
import { HEIGHT, placesOf, TALL, WIDTH, type Places } from "./layout";
import { idOf } from "./names";
import { sceneOf, type Scene, type Thing } from "./scene";

const LINKS_UP_TO = 50;
const MINIMAP_FROM = 100;
const READABLE = 0.55;

interface Props {
  app: Application;
  tree: ResourceTree;
  chosen: string;
  choose: (id: string) => void;
}
type ThingNode = Node<{ thing: Thing; open: string; choose: (id: string) => void }, "thing">;

const types = { thing: ThingBox };

export default function Graph(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

/** The objects of an application, what made them and what uses them. Nothing moves but what is new. */
function Canvas({ app, tree, chosen, choose }: Props) {
  const flow = useReactFlow();
  const scene = useMemo(() => sceneOf(app, tree), [app, tree]);
  const [layout, setLayout] = useState<{ scene: Scene | null; places: Places }>({ scene: null, places: new Map() });
  const [hovered, setHovered] = useState("");
  if (layout.scene !== scene) setLayout({ scene, places: placesOf(boxesOf(scene), layout.places) });
  const { places } = layout;
  const selected = scene.things.find((thing) => holds(thing, chosen))?.id ?? "";

  useEffect(
    () =>
      onKey({
        f: () => {
          setLayout({ scene, places: placesOf(boxesOf(scene), new Map()) });
          requestAnimationFrame(() => void flow.fitView({ padding: 0.1, maxZoom: 1, duration: 200 }));
        },
      }),
    [flow, scene],
  );

  const nodes: ThingNode[] = scene.things.map((thing) => ({
    id: thing.id,
    type: "thing",
    position: places.get(thing.id) ?? { x: 0, y: 0 },
    width: WIDTH,
    height: thing.reason ? TALL : HEIGHT,
    selected: thing.id === selected,
    ariaLabel: `${thing.kind} ${thing.name} ${thing.health} ${thing.sync}`,
    data: { thing, open: chosen, choose },
  }));
  const near = (id: string) => id === selected || id === hovered;
  const edges: Edge[] = [
    ...scene.things
      .filter((thing) => thing.parent)
      .map((thing) => ({ id: `${thing.parent}>${thing.id}`, source: thing.parent, target: thing.id, type: "smoothstep", className: "owns" })),
    ...scene.links
      .filter(({ from, to }) => scene.things.length <= LINKS_UP_TO || near(from) || near(to))
      .map(({ from, to }) => ({ id: `${from}~${to}`, source: from, target: to, sourceHandle: "uses", ...between(places, from, to), className: near(from) || near(to) ? "uses near" : "uses" })),
  ];
  return (
    <div className="min-h-0 flex-1" data-graph={scene.things.length}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={types}
        onInit={() => void showFirst(flow, selected)}
        minZoom={0.1}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        proOptions={{ hideAttribution: false }}
        onNodeClick={(_, node) => choose(targetOf(node.data.thing))}
        onNodeMouseEnter={(_, node) => setHovered(node.id)}
        onNodeMouseLeave={() => setHovered("")}
        onPaneClick={() => choose("")}
      >
        <Background gap={24} size={1} />
        <Controls showInteractive={false} />
        {scene.things.length > MINIMAP_FROM && <MiniMap pannable zoomable />}
      </ReactFlow>
    </div>
  );
}

/** All of it where that can be read; else the application at the left edge, or what is chosen. */
async function showFirst(flow: ReactFlowInstance, chosen: string): Promise<void> {
  await flow.fitView({ padding: 0.08, maxZoom: 1 });
  if (flow.getZoom() >= READABLE) return;
  const [root] = flow.getNodes();
  const node = (chosen && flow.getNode(chosen)) || root;
  if (!node) return;
  const zoom = 0.8;
  const { width, height } = document.querySelector(".react-flow")?.getBoundingClientRect() ?? { width: 0, height: 0 };
  const x = node === root ? 16 : width / 2 - (node.position.x + WIDTH / 2) * zoom;
  await flow.setViewport({ x: node === root ? x - node.position.x * zoom : x, y: height / 2 - (node.position.y + HEIGHT / 2) * zoom, zoom });
}

/** Forward into the left side; to its own column around the right side. */
function between(places: Places, from: string, to: string) {
  const forward = (places.get(to)?.x ?? 0) > (places.get(from)?.x ?? 0);
  return forward
    ? { targetHandle: "used", type: "default" }
    : { targetHandle: "beside", type: "smoothstep", pathOptions: { offset: 14 } };
}

const boxesOf = (scene: Scene) =>
  scene.things.map((thing) => ({ id: thing.id, parent: thing.parent, tall: thing.reason !== "" }));

const holds = (thing: Thing, id: string): boolean => thing.id === id || thing.members.some((member) => idOf(member) === id);

/** The application opens nothing beside itself; a group opens its first member. */
function targetOf(thing: Thing): string {
  const [first] = thing.members;
  return first ? idOf(first) : thing.kind === "Application" && thing.id.startsWith("app/") ? "" : thing.id;
}

function ThingBox({ data, selected }: NodeProps<ThingNode>) {
  const { thing, open, choose } = data;
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
            {thing.name}
          </span>
          {thing.chip && <span className="mono shrink-0 rounded bg-hover px-1 text-[10px] text-text-2">{thing.chip}</span>}
        </div>
        {thing.members.length > 0 && thing.kind === "Pod" ? (
          <Dots thing={thing} open={open} choose={choose} />
        ) : (
          <div className="flex gap-2 text-[11px]">
            {thing.health && <State state={thing.health} />}
            {thing.sync && <State state={thing.sync} />}
            {!thing.health && !thing.sync && <span className="text-text-3">{thing.kind}</span>}
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

/** One dot a pod, each of which opens its own. */
function Dots({ thing, open, choose }: { thing: Thing; open: string; choose: (id: string) => void }) {
  return (
    <div className="flex items-center gap-1 text-[11px]">
      {thing.members.slice(0, 8).map((pod) => (
        <button
          key={idOf(pod)}
          type="button"
          title={pod.name}
          aria-label={`Pod ${pod.name}`}
          onClick={(event) => {
            event.stopPropagation();
            choose(idOf(pod));
          }}
          className={`state-good size-2.5 rounded-full bg-[var(--state-fg)] ${idOf(pod) === open ? "outline-2 outline-offset-1 outline-accent" : ""}`}
        />
      ))}
      {thing.members.length > 8 && <span className="text-text-3">+{thing.members.length - 8}</span>}
      <State state={thing.health || "Unknown"} />
    </div>
  );
}
