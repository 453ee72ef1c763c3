import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Query } from "@/api/client";

export const STATE_FILTERS = ["sync", "health"] as const;
const FILTERS = ["search", "projects", "cluster", "namespace", "selector", ...STATE_FILTERS] as const;
export type Filter = (typeof FILTERS)[number];

export interface Filters {
  /** As the server wants them. */
  query: Query;
  /** The values of one filter. */
  of: (name: Filter) => string[];
  set: (name: Filter, values: string[]) => void;
  toggle: (name: Filter, values: string[]) => void;
  clear: () => void;
  /** Whether anything is left out, and whether by something else than its state. */
  any: boolean;
  byMoreThanState: boolean;
}

const listOf = (params: URLSearchParams, name: Filter): string[] => (params.get(name) ?? "").split(",").filter(Boolean);

/** The address itself: what is drawn may be a moment behind it when two filters change quickly. */
const now = () => new URLSearchParams(window.location.search);

/** What the list shows lives in the address: it can be sent to somebody, and Back finds it again. */
export function useFilters(): Filters {
  const [params, setParams] = useSearchParams();
  const query = useMemo(
    () => Object.fromEntries(FILTERS.map((name) => [name, params.get(name) ?? undefined])) as Query,
    [params],
  );
  const of = useCallback((name: Filter) => listOf(params, name), [params]);
  const set = useCallback(
    (name: Filter, values: string[]) => {
      const after = now();
      if (values.length > 0) after.set(name, values.join(","));
      else after.delete(name);
      setParams(after, { replace: true });
    },
    [setParams],
  );
  const toggle = useCallback(
    (name: Filter, values: string[]) => {
      const before = listOf(now(), name);
      const on = values.every((value) => before.includes(value));
      set(name, on ? before.filter((value) => !values.includes(value)) : [...new Set([...before, ...values])]);
    },
    [set],
  );
  const clear = useCallback(() => setParams({}, { replace: true }), [setParams]);
  const used = FILTERS.filter((name) => query[name]);
  const byMoreThanState = used.some((name) => !STATE_FILTERS.some((each) => each === name));
  return { query, of, set, toggle, clear, any: used.length > 0, byMoreThanState };
}
