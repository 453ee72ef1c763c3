import type { ResourceNode, ResourceRef } from "@/api/types";

/** `apps/Deployment/production/api`: what an object is called in the URL. */
export const idOf = (of: ResourceRef): string => [of.group ?? "", of.kind, of.namespace ?? "", of.name].join("/");

export function refOf(id: string): ResourceRef {
  const [group = "", kind = "", namespace = "", ...name] = id.split("/");
  return { group, kind, namespace, name: name.join("/") };
}

export const hasLogs = (kind: string): boolean =>
  ["Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob"].includes(kind);

const SHORT: Record<string, string> = {
  Deployment: "deploy",
  ReplicaSet: "rs",
  StatefulSet: "sts",
  DaemonSet: "ds",
  Service: "svc",
  Ingress: "ing",
  ConfigMap: "cm",
  ServiceAccount: "sa",
  Namespace: "ns",
  PersistentVolumeClaim: "pvc",
  HorizontalPodAutoscaler: "hpa",
  PodDisruptionBudget: "pdb",
  NetworkPolicy: "netpol",
  ExternalSecret: "es",
  SecretStore: "store",
  ClusterSecretStore: "store",
  EndpointSlice: "eps",
  Endpoints: "ep",
  ControllerRevision: "rev",
  CronJob: "cron",
  Application: "app",
};

/** What kubectl calls a kind, short enough for a node. */
export const shortKind = (kind: string): string => SHORT[kind] ?? kind.toLowerCase().slice(0, 7);

const info = (node: ResourceNode, name: string): string => node.info?.find((each) => each.name === name)?.value ?? "";

/** The one fact worth a chip: revision, ready containers, or the tag of the image. */
export function chipOf(node: ResourceNode): string {
  if (node.kind === "Pod") return info(node, "Containers");
  const revision = info(node, "Revision");
  return revision ? revision.replace("Rev:", "rev ") : (node.images?.[0]?.split(":").pop() ?? "");
}
