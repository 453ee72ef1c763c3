import { useSyncExternalStore } from "react";

const KEY = "tidegate.diff";
const listeners = new Set<() => void>();
const read = (): boolean => localStorage.getItem(KEY) === "split";

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether differences are shown side by side; kept in this browser. */
export const useSplit = (): boolean => useSyncExternalStore(subscribe, read);

export function setSplit(split: boolean): void {
  if (split) localStorage.setItem(KEY, "split");
  else localStorage.removeItem(KEY);
  listeners.forEach((listener) => listener());
}
