import type { Application, ResourceNode, ResourceTree } from "@/api/types";
import { isRunning, reasonOf } from "@/lib/application";
import { chipOf, idOf, shortKind } from "./names";

const GROUP_FROM = 2;
const SIBLINGS_FROM = 8;
/** Of many siblings in the same trouble, so many are shown by themselves. */
const TROUBLED_SHOWN = 6;

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
}

const isCalm = (thing: Thing): boolean => ["Healthy", ""].includes(thing.health) && ["Synced", ""].includes(thing.sync);

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
  return { things: [rootOf(app, root), ...shown], links: [...different.values()] };
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

interface Grouped {
  shown: Thing[];
  inside: Map<string, string>;
}

/** Pods of one owner, and many objects of one kind and state without children, become one, which can be opened. */
function grouped(things: Thing[], nodes: Map<string, ResourceNode>, open: ReadonlySet<string>): Grouped {
  const parents = new Set(things.map((thing) => thing.parent));
  const groups = Map.groupBy(
    things.filter((thing) => !parents.has(thing.id)),
    (thing) => `${thing.parent}|${thing.kind}|${isCalm(thing) ? "" : `${thing.health}${thing.sync}`}`,
  );
  const inside = new Map<string, string>();
  const made: Thing[] = [];
  for (const [key, siblings] of groups) {
    const members = together(siblings);
    const [first] = members;
    if (!first) continue;
    const id = `group/${key}`;
    const isOpen = open.has(id);
    const { parent } = first;
    for (const member of members) {
      if (isOpen) member.parent = id;
      else inside.set(member.id, id);
    }
    made.push({
      ...first,
      id,
      parent,
      name: groupName(first, members.length),
      chip: first.kind === "Pod" && isCalm(first) ? `${members.length}/${members.length}` : "",
      members: members.map((member) => nodes.get(member.id)).filter((node) => node !== undefined),
      open: isOpen,
    });
  }
  return { shown: [...things.filter((thing) => !inside.has(thing.id)), ...made], inside };
}

/** Those of some siblings in one state that one box stands for; what is in trouble keeps some boxes of its own. */
function together(siblings: Thing[]): Thing[] {
  const [first] = siblings;
  if (!first) return [];
  if (!isCalm(first)) return siblings.length > 2 * TROUBLED_SHOWN ? siblings.slice(TROUBLED_SHOWN) : [];
  return siblings.length >= (first.kind === "Pod" ? GROUP_FROM : SIBLINGS_FROM) ? siblings : [];
}

const groupName = ({ kind, health }: Thing, number: number): string =>
  kind === "Pod" ? `${number} ${["Healthy", ""].includes(health) ? "" : "more "}pods` : `${number} × ${kind}`;

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
