import { Background, Controls, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type ReactFlowInstance } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./graph.css";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Application, ResourceTree } from "@/api/types";
import { onKey } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { t } from "@/lib/words";
import { toneOf } from "@/ui/state";
import { useGraphKeys } from "./graph-keys";
import { HEIGHT, placesOf, TALL, WIDTH, type Places } from "./layout";
import { idOf } from "./names";
import { sceneOf, type Scene, type Thing } from "./scene";
import { ThingBox, type ThingNode } from "./thing-box";

const LINKS_UP_TO = 50;
const MINIMAP_FROM = 100;
const DRAWN_ALL_UP_TO = 150;
const READABLE = 0.55;
const ZOOM = 0.8;

interface Props {
  app: Application;
  tree: ResourceTree;
  chosen: string;
  choose: (id: string) => void;
}

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
  const flow = useReactFlow<ThingNode>();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const scene = useMemo(() => sceneOf(app, tree, open), [app, tree, open]);
  const [layout, setLayout] = useState<{ scene: Scene | null; places: Places }>({ scene: null, places: new Map() });
  const narrow = useNarrow();
  const [hovered, setHovered] = useState("");
  if (layout.scene !== scene) setLayout({ scene, places: placesOf(boxesOf(scene), layout.places) });
  const { places } = layout;
  const selected = scene.inside.get(chosen) ?? chosen;
  const turn = useCallback((id: string) => setOpen((before) => new Set(before.has(id) ? [...before].filter((each) => each !== id) : [...before, id])), []);
  const pick = useCallback((thing: Thing) => choose(targetOf(thing)), [choose]);
  const onKeyDown = useGraphKeys(flow, pick);

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

  const nodes = useMemo(
    () =>
      scene.things.map((thing): ThingNode => ({
        id: thing.id,
        type: "thing",
        position: places.get(thing.id) ?? { x: 0, y: 0 },
        width: WIDTH,
        height: thing.reason ? TALL : HEIGHT,
        selected: thing.id === selected,
        ariaLabel: [thing.kind, thing.name, thing.health, thing.sync].filter(Boolean).join(" "),
        data: { thing, open: chosen, choose, turn },
      })),
    [scene, places, selected, chosen, choose, turn],
  );
  const edges = useMemo(() => edgesOf(scene, places, [selected, hovered]), [scene, places, selected, hovered]);
  return (
    <div className="min-h-0 flex-1" data-graph={scene.things.length} role="group" aria-label={t("graph")} onKeyDown={onKeyDown}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={types}
        onInit={() => void showFirst(flow, selected, scene)}
        minZoom={0.1}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        onlyRenderVisibleElements={scene.things.length > DRAWN_ALL_UP_TO}
        proOptions={{ hideAttribution: false }}
        onNodeClick={(_, node) => pick(node.data.thing)}
        onNodeMouseEnter={(_, node) => setHovered(node.id)}
        onNodeMouseLeave={() => setHovered("")}
        onPaneClick={() => choose("")}
      >
        <Background gap={24} size={1} />
        <Controls showInteractive={false} />
        {scene.things.length > MINIMAP_FROM && !narrow && <MiniMap<ThingNode> pannable zoomable ariaLabel={t("overview")} nodeClassName={({ data }) => `state-${toneOf(data.thing.health)}`} />}
      </ReactFlow>
    </div>
  );
}

/** All of it where that can be read; else what is chosen, what is wrong, or the application at the left edge. */
async function showFirst(flow: ReactFlowInstance<ThingNode>, chosen: string, { things }: Scene): Promise<void> {
  await flow.fitView({ padding: 0.08, maxZoom: 1 });
  if (flow.getZoom() >= READABLE) return;
  const wrong = things.findLast(({ health }) => ["Degraded", "Missing"].includes(health));
  const [root] = flow.getNodes();
  const node = flow.getNode(chosen) ?? flow.getNode(wrong?.id ?? "") ?? root;
  if (!node) return;
  const { width, height } = document.querySelector(".react-flow")?.getBoundingClientRect() ?? { width: 0, height: 0 };
  const x = node === root ? 16 - node.position.x * ZOOM : width / 2 - (node.position.x + WIDTH / 2) * ZOOM;
  await flow.setViewport({ x, y: height / 2 - (node.position.y + HEIGHT / 2) * ZOOM, zoom: ZOOM });
}

/** Owners always; who uses whom where there is room, else only around what is looked at. */
function edgesOf({ things, links }: Scene, places: Places, looked: string[]): Edge[] {
  const near = (id: string) => looked.includes(id);
  const owners = things
    .filter((thing) => thing.parent)
    .map((thing) => ({ id: `${thing.parent}>${thing.id}`, source: thing.parent, target: thing.id, type: "smoothstep", className: "owns" }));
  const uses = links
    .filter(({ from, to }) => things.length <= LINKS_UP_TO || near(from) || near(to))
    .map(({ from, to }) => ({ id: `${from}~${to}`, source: from, target: to, sourceHandle: "uses", ...between(places, from, to), className: near(from) || near(to) ? "uses near" : "uses" }));
  return [...owners, ...uses];
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

/** The application opens nothing beside itself; a group opens its first member. */
function targetOf(thing: Thing): string {
  const [first] = thing.members;
  return first ? idOf(first) : thing.kind === "Application" && thing.id.startsWith("app/") ? "" : thing.id;
}
