import dagre from "@dagrejs/dagre";

export const WIDTH = 224;
export const HEIGHT = 56;
export const TALL = 74;
const GAP_X = 56;
const GAP_Y = 16;

export interface Box {
  id: string;
  parent: string;
  tall: boolean;
}
export type Places = Map<string, { x: number; y: number }>;

const heightOf = (box: Box): number => (box.tall ? TALL : HEIGHT);

/** Left to right in layers. */
function fresh(boxes: Box[]): Places {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: GAP_Y, ranksep: GAP_X });
  graph.setDefaultEdgeLabel(() => ({}));
  boxes.forEach((box) => graph.setNode(box.id, { width: WIDTH, height: heightOf(box) }));
  boxes.forEach((box) => box.parent && graph.setEdge(box.parent, box.id));
  dagre.layout(graph);
  return new Map(
    boxes.map((box) => {
      const at = graph.node(box.id) as { x: number; y: number };
      return [box.id, { x: at.x - WIDTH / 2, y: at.y - heightOf(box) / 2 }];
    }),
  );
}

/** The free place in a column that is nearest to `y`. */
function freePlace(taken: number[], y: number): number {
  const step = TALL + GAP_Y;
  const free = (at: number) => taken.every((other) => Math.abs(other - at) >= step);
  for (let away = 0; away < 1000; away++)
    for (const at of [y + away * (step / 2), y - away * (step / 2)]) if (free(at)) return at;
  return y;
}

/**
 * Where each box lies. What lay somewhere stays there; a new one goes to the free place nearest to its parent.
 * When more than half is new, everything is laid out anew.
 */
export function placesOf(boxes: Box[], before: Places): Places {
  const known = boxes.filter((box) => before.has(box.id));
  if (known.length < boxes.length / 2) return fresh(boxes);
  const places: Places = new Map(known.map((box) => [box.id, before.get(box.id) ?? { x: 0, y: 0 }]));
  for (const box of boxes) {
    if (places.has(box.id)) continue;
    const parent = places.get(box.parent) ?? { x: -WIDTH - GAP_X, y: 0 };
    const x = parent.x + WIDTH + GAP_X;
    const taken = [...places.values()].filter((at) => Math.abs(at.x - x) < WIDTH).map((at) => at.y);
    places.set(box.id, { x, y: freePlace(taken, parent.y) });
  }
  return places;
}
