import { QueryClient } from "@tanstack/react-query";
import { ApiError, get, send, type Query } from "./client";
import type { Application, ApplicationList, RevisionMetadata } from "./types";

/** Retries what may pass by itself; what was refused is shown at once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => error instanceof ApiError && (error.status === 0 || error.status >= 500) && count < 2,
      retryDelay: (count) => 500 * 2 ** count,
      staleTime: 1000,
      refetchOnWindowFocus: true,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

const SHOWN = [
  "metadata.name",
  "metadata.namespace",
  "metadata.labels",
  "metadata.creationTimestamp",
  "metadata.deletionTimestamp",
  "spec",
  "status.sync.status",
  "status.sync.revision",
  "status.health",
  "status.history",
  "status.conditions",
  "status.resources",
  "status.operationState.phase",
  "status.operationState.message",
  "status.operationState.finishedAt",
  "status.operationState.operation",
  "status.tidegate.reasons",
];
const fields = (root: string) => SHOWN.map((name) => `${root}.${name}`).join(",");

export const PAGE = 100;

export const listPage = (filters: Query, page: number, signal?: AbortSignal) =>
  get<ApplicationList>(
    "/api/v1/applications",
    { ...filters, limit: PAGE, offset: page * PAGE, fields: `metadata,${fields("items")}` },
    signal,
  );

/** The names of all that fit, for what is done to several at once. */
export const namesOf = async (filters: Query, most: number): Promise<AppName[]> => {
  const fields = "items.metadata.name,items.metadata.namespace,metadata";
  const found = await get<ApplicationList>("/api/v1/applications", { ...filters, limit: most, fields });
  return (found.items ?? []).map(({ metadata: { name, namespace } }) => ({ name, namespace }));
};

export const streamFields = `result.type,${fields("result.application")}`;

export interface AppName {
  namespace: string;
  name: string;
}

export const pathTo = (app: AppName, rest = "") => `/api/v1/applications/${encodeURIComponent(app.name)}${rest}`;

/** A read of one application, as react-query wants it. */
export function readOf<T>(app: AppName, rest: string, query: Query = {}) {
  return {
    queryKey: ["application", app.namespace, app.name, rest, query],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<T>(pathTo(app, rest), { ...query, appNamespace: app.namespace }, signal),
  };
}

export const oneApplication = (app: AppName) => readOf<Application>(app, "");

export const oneApplicationNow = (app: AppName) => get<Application>(pathTo(app), { appNamespace: app.namespace });

export const commitOf = (app: AppName, repo: string, revision: string) => ({
  queryKey: ["commit", repo, revision],
  queryFn: () =>
    get<RevisionMetadata>(pathTo(app, `/revisions/${encodeURIComponent(revision)}/metadata`), {
      appNamespace: app.namespace,
    }),
  enabled: /^[0-9a-f]{40}$/.test(revision),
  staleTime: Infinity,
  retry: false,
});

const body = (app: AppName, more: object) => ({ appNamespace: app.namespace, ...more });

export const startSync = (app: AppName, wish: object) =>
  send<Application>("POST", pathTo(app, "/sync"), body(app, wish));

export const rollBack = (app: AppName, id: number) =>
  send<Application>("POST", pathTo(app, "/rollback"), body(app, { id }));

export const terminate = (app: AppName) =>
  send("DELETE", `${pathTo(app, "/operation")}?appNamespace=${encodeURIComponent(app.namespace)}`);

export const remove = (app: AppName, cascade: boolean) =>
  send("DELETE", `${pathTo(app)}?cascade=${cascade}&appNamespace=${encodeURIComponent(app.namespace)}`);

export const refresh = (app: AppName) =>
  get<Application>(pathTo(app), { refresh: "normal", wait: 5, appNamespace: app.namespace });
