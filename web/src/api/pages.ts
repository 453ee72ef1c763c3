import { useInfiniteQuery } from "@tanstack/react-query";
import { get } from "./client";

const PAGE = 50;

interface Page<T> {
  metadata: { continue?: string };
  items?: T[];
}

/** A list that the server gives page by page; it asks again every ten seconds. */
export function usePages<T>(name: string) {
  return useInfiniteQuery({
    queryKey: [name],
    queryFn: ({ pageParam, signal }) => get<Page<T>>(`/api/v1/${name}`, { limit: PAGE, continue: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => String(page.metadata.continue ?? "") || undefined,
    refetchInterval: 10_000,
  });
}
