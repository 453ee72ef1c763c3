import type { Application, ResourceNode, ResourceTree } from "@/api/types";
import { isRunning, reasonOf } from "@/lib/application";
import { chipOf, idOf, shortKind } from "./names";

const GROUP_FROM = 2;
const SIBLINGS_FROM = 8;

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
}
export interface Link {
  from: string;
  to: string;
}
export interface Scene {
  things: Thing[];
  links: Link[];
}

const isCalm = (thing: Thing): boolean => ["Healthy", ""].includes(thing.health) && ["Synced", ""].includes(thing.sync);

/** What the graph shows: the application, its objects, calm siblings as one, and who uses whom. */
export function sceneOf(app: Application, tree: ResourceTree): Scene {
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
  const { shown, inside } = grouped([...things, ...missing], new Map(nodes.map((node) => [idOf(node), node])));
  const links = uses(nodes)
    .map(({ from, to }) => ({ from: inside.get(from) ?? from, to: inside.get(to) ?? to }))
    .filter(({ from, to }, index, all) => all.findIndex((each) => each.from === from && each.to === to) === index);
  return { things: [rootOf(app, root), ...shown], links };
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

/** Pods of one owner, and many calm objects of one kind without children, become one. */
function grouped(things: Thing[], nodes: Map<string, ResourceNode>): { shown: Thing[]; inside: Map<string, string> } {
  const parents = new Set(things.map((thing) => thing.parent));
  const groups = Map.groupBy(
    things.filter((thing) => isCalm(thing) && !parents.has(thing.id)),
    (thing) => `${thing.parent}|${thing.kind}`,
  );
  const inside = new Map<string, string>();
  const made: Thing[] = [];
  for (const [key, members] of groups) {
    const [first] = members;
    if (!first || members.length < (first.kind === "Pod" ? GROUP_FROM : SIBLINGS_FROM)) continue;
    const id = `group/${key}`;
    members.forEach((member) => inside.set(member.id, id));
    made.push({
      ...first,
      id,
      name: `${members.length} ${first.kind === "Pod" ? "pods" : `× ${first.kind}`}`,
      chip: first.kind === "Pod" ? `${members.length}/${members.length}` : "",
      members: members.map((member) => nodes.get(member.id)).filter((node) => node !== undefined),
    });
  }
  return { shown: [...things.filter((thing) => !inside.has(thing.id)), ...made], inside };
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
