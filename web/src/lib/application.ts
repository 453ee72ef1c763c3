import type { Application, Source } from "@/api/types";
import { visible } from "./visible";

export const sourcesOf = (app: Application): Source[] =>
  app.spec.sources ?? (app.spec.source ? [app.spec.source] : []);

export const keyOf = (app: Application): string => `${app.metadata.namespace}/${app.metadata.name}`;

export const pathOf = (app: Application): string =>
  `/applications/${encodeURIComponent(app.metadata.namespace)}/${encodeURIComponent(app.metadata.name)}`;

/** The cluster as people call it, and the namespace. */
export function placeOf(app: Application): string {
  const to = app.spec.destination ?? {};
  const server = to.name || to.server || "";
  const cluster = server === "https://kubernetes.default.svc" ? "in-cluster" : server.replace(/^https?:\/\//, "");
  return to.namespace ? `${cluster} / ${to.namespace}` : cluster;
}

export const short = (revision: string): string =>
  /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;

/** `main@3f2c1d9`, or the tag or version alone. */
export function revisionText(app: Application): string {
  const wanted = sourcesOf(app)[0]?.targetRevision || "HEAD";
  const found = app.status.sync.revision ?? "";
  if (!found) return wanted;
  return found === wanted ? short(found) : `${wanted}@${short(found)}`;
}

/** What is wrong, in one sentence; "" when nothing is. */
export function reasonOf(app: Application): string {
  const { health, operationState, tidegate, conditions } = app.status;
  const failed = operationState && ["Failed", "Error"].includes(operationState.phase);
  const resource = app.status.resources?.find(
    (each) => each.health?.message && ["Degraded", "Missing", "Progressing"].includes(each.health.status),
  );
  const reason =
    tidegate?.reasons?.[0]?.message ||
    (failed && operationState.message) ||
    conditions?.find((each) => each.type.endsWith("Error"))?.message ||
    (resource && `${resource.kind}/${resource.name}: ${resource.health?.message}`) ||
    (health.status === "Healthy" ? "" : health.message) ||
    "";
  return visible(reason);
}

/** When it was last deployed, and who or what did it. */
export function lastChange(app: Application): { at: string; who: string } | null {
  const last = app.status.history?.at(-1);
  const at = last?.deployedAt ?? app.status.operationState?.finishedAt ?? app.metadata.creationTimestamp;
  if (!at) return null;
  const by = last?.initiatedBy ?? app.status.operationState?.operation?.initiatedBy;
  return { at, who: by?.username || (by?.automated ? "auto" : "") };
}

export const isRunning = (app: Application): boolean =>
  ["Running", "Terminating"].includes(app.status.operationState?.phase ?? "");
