import type { ReactFlowInstance } from "@xyflow/react";
import { useCallback, type KeyboardEvent } from "react";
import { HEIGHT, WIDTH } from "./layout";
import type { Thing } from "./scene";
import type { ThingNode } from "./thing-box";

const STEPS: Record<string, { x: number; y: number }> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/** The nearest node in a direction: what is aside counts three times. */
function nearest(nodes: ThingNode[], from: ThingNode, step: { x: number; y: number }): ThingNode | undefined {
  const cost = (node: ThingNode): number => {
    const [x, y] = [node.position.x - from.position.x, node.position.y - from.position.y];
    const ahead = x * step.x + y * step.y;
    const aside = Math.abs(x * step.y) + Math.abs(y * step.x);
    return node.id === from.id || ahead <= 1 ? Infinity : ahead + 3 * aside;
  };
  const [best] = nodes.map((node) => ({ node, cost: cost(node) })).sort((one, other) => one.cost - other.cost);
  return best && best.cost < Infinity ? best.node : undefined;
}

const elementOf = (id: string): HTMLElement | null => document.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`);

/** Arrows go from box to box, Enter and Space open; what is not in view comes into view. */
export function useGraphKeys(flow: ReactFlowInstance<ThingNode>, pick: (thing: Thing) => void) {
  return useCallback(
    (event: KeyboardEvent) => {
      const { target } = event;
      if (!(target instanceof HTMLElement) || !target.matches(".react-flow__node")) return;
      const node = flow.getNode(target.dataset.id ?? "");
      const step = STEPS[event.key];
      if (!node || !(step || event.key === "Enter" || event.key === " ")) return;
      event.preventDefault();
      if (!step) {
        pick(node.data.thing);
        return;
      }
      const next = nearest(flow.getNodes(), node, step);
      if (next) void bring(flow, next);
    },
    [flow, pick],
  );
}

async function bring(flow: ReactFlowInstance<ThingNode>, node: ThingNode): Promise<void> {
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  const box = elementOf(node.id)?.getBoundingClientRect();
  const seen = pane && box && box.left >= pane.left && box.right <= pane.right && box.top >= pane.top && box.bottom <= pane.bottom;
  if (!seen) await flow.setCenter(node.position.x + WIDTH / 2, node.position.y + HEIGHT / 2, { zoom: flow.getZoom(), duration: 0 });
  // one that was out of view is only now drawn
  requestAnimationFrame(() => requestAnimationFrame(() => elementOf(node.id)?.focus({ preventScroll: true })));
}
