import type { ResourceNode } from "@/api/types";
import type { Thing } from "./scene";

const PODS_FROM = 2;
const SIBLINGS_FROM = 8;
/** Of many siblings in the same trouble, so many are shown by themselves. */
const TROUBLED_SHOWN = 6;
/** Above so many boxes, siblings that are well with all that they own become one, too. */
const FOLDED_ABOVE = 150;

const isCalm = (thing: Thing): boolean => ["Healthy", ""].includes(thing.health) && ["Synced", ""].includes(thing.sync);

interface Grouped {
  shown: Thing[];
  /** In which group an object is that is not shown by itself. */
  inside: Map<string, string>;
}
type Nodes = Map<string, ResourceNode>;
type Open = ReadonlySet<string>;

/** What belongs together as one box, which can be opened: pods of one owner, and many siblings of one kind. */
export function grouped(things: Thing[], nodes: Nodes, open: Open): Grouped {
  const leaves = leavesTogether(things, nodes, open);
  return leaves.shown.length > FOLDED_ABOVE ? foldTrees(leaves, nodes, open) : leaves;
}

/** Siblings that are well with everything below them. */
function foldTrees({ shown, inside }: Grouped, nodes: Nodes, open: Open): Grouped {
  const children = Map.groupBy(shown, (thing) => thing.parent);
  const below = (thing: Thing): Thing[] => (children.get(thing.id) ?? []).flatMap((child) => [child, ...below(child)]);
  const owners = shown.filter((thing) => children.has(thing.id) && thing.members.length === 0);
  const groups = Map.groupBy(
    owners.filter((thing) => isCalm(thing) && below(thing).every(isCalm)),
    (thing) => `${thing.parent}|${thing.kind}`,
  );
  const hidden = new Map(inside);
  const made: Thing[] = [];
  for (const [key, members] of groups) {
    const [first] = members;
    if (!first || members.length < SIBLINGS_FROM) continue;
    const id = `tree/${key}`;
    made.push(groupOf(id, first, members, nodes, open));
    for (const member of members) {
      if (open.has(id)) member.parent = id;
      else [member, ...below(member)].forEach((each) => hidden.set(each.id, id));
    }
  }
  for (const [id, group] of inside) hidden.set(id, hidden.get(group) ?? group);
  return { shown: [...shown.filter((thing) => !hidden.has(thing.id)), ...made], inside: hidden };
}

function groupOf(id: string, first: Thing, members: Thing[], nodes: Nodes, open: Open): Thing {
  return {
    ...first,
    id,
    name: groupName(first, members.length),
    chip: first.kind === "Pod" && isCalm(first) ? `${members.length}/${members.length}` : "",
    members: members.map((member) => nodes.get(member.id)).filter((node) => node !== undefined),
    open: open.has(id),
  };
}

/** Pods of one owner, and many objects of one kind and state that own nothing. */
function leavesTogether(things: Thing[], nodes: Nodes, open: Open): Grouped {
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
    made.push(groupOf(id, first, members, nodes, open));
    for (const member of members) {
      if (open.has(id)) member.parent = id;
      else inside.set(member.id, id);
    }
  }
  return { shown: [...things.filter((thing) => !inside.has(thing.id)), ...made], inside };
}

/** Those of some siblings in one state that one box stands for; what is in trouble keeps some boxes of its own. */
function together(siblings: Thing[]): Thing[] {
  const [first] = siblings;
  if (!first) return [];
  if (!isCalm(first)) return siblings.length > 2 * TROUBLED_SHOWN ? siblings.slice(TROUBLED_SHOWN) : [];
  return siblings.length >= (first.kind === "Pod" ? PODS_FROM : SIBLINGS_FROM) ? siblings : [];
}

const groupName = ({ kind, health }: Thing, number: number): string =>
  kind === "Pod" ? `${number} ${["Healthy", ""].includes(health) ? "" : "more "}pods` : `${number} × ${kind}`;

