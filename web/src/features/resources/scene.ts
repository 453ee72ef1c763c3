import type { Application, ResourceNode, ResourceTree } from "@/api/types";
import { isRunning, reasonOf } from "@/lib/application";
import { grouped } from "./groups";
import { chipOf, idOf, shortKind } from "./names";


export interface Thing {
  id: string;
  parent: string;
  kind: string;
  name: string;
  glyph: string;
  chip: string;
  health: string;
  sync: string;
  reason: string;
  /** The objects that a group stands for; empty for an object. */
  members: ResourceNode[];
  /** Of a group: whether its members are shown, too. */
  open?: boolean;
}
export interface Link {
  from: string;
  to: string;
}
export interface Scene {
  things: Thing[];
  links: Link[];
  /** In which group an object is that has no box of its own. */
  inside: Map<string, string>;
}

/** What the graph shows: the application, its objects, siblings in the same state as one, and who uses whom. */
export function sceneOf(app: Application, tree: ResourceTree, open: ReadonlySet<string>): Scene {
  const root = `app/${app.metadata.name}`;
  const nodes = tree.nodes ?? [];
  const managed = new Map((app.status.resources ?? []).map((each) => [idOf(each), each]));
  const present = new Set(nodes.map(idOf));
  const things = nodes.map((node) => thingOf(node, root, present, managed.get(idOf(node))?.status ?? ""));
  const missing = [...managed.values()]
    .filter((each) => !present.has(idOf(each)) && !each.hook)
    .map((each) => ({
      ...thingOf(each, root, present, each.status ?? ""),
      health: each.health?.status ?? "Missing",
    }));
  const { shown, inside } = grouped([...things, ...missing], new Map(nodes.map((node) => [idOf(node), node])), open);
  const links = uses(nodes).map(({ from, to }) => ({ from: inside.get(from) ?? from, to: inside.get(to) ?? to }));
  const different = new Map(links.map((link) => [`${link.from}~${link.to}`, link]));
  return { things: [rootOf(app, root), ...shown], links: [...different.values()], inside };
}

function rootOf(app: Application, id: string): Thing {
  return {
    id,
    parent: "",
    kind: "Application",
    name: app.metadata.name,
    glyph: "app",
    chip: "",
    health: app.status.health.status,
    sync: isRunning(app) ? "Running" : app.status.sync.status,
    reason: app.status.health.status === "Healthy" ? "" : reasonOf(app),
    members: [],
  };
}

function thingOf(node: ResourceNode, root: string, present: Set<string>, sync: string): Thing {
  const owner = (node.parentRefs ?? []).map(idOf).find((id) => present.has(id));
  const wrong = ["Degraded", "Missing", "Progressing"].includes(node.health?.status ?? "");
  return {
    id: idOf(node),
    parent: owner ?? root,
    kind: node.kind,
    name: node.name,
    glyph: shortKind(node.kind),
    chip: chipOf(node),
    health: node.health?.status ?? "",
    sync,
    reason: wrong ? (node.health?.message ?? "") : "",
    members: [],
  };
}

/** Services select pods, routes name services. */
function uses(nodes: ResourceNode[]): Link[] {
  const pods = nodes.filter((node) => node.kind === "Pod");
  return nodes.flatMap((node) => {
    const labels = Object.entries(node.networkingInfo?.targetLabels ?? {});
    const selected = labels.length
      ? pods.filter((pod) => pod.namespace === node.namespace && labels.every(([name, value]) => pod.networkingInfo?.labels?.[name] === value))
      : [];
    return [...selected, ...(node.networkingInfo?.targetRefs ?? [])].map((to) => ({ from: idOf(node), to: idOf(to) }));
  });
}
