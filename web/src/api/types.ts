/** The words of the REST API; `schema.ts` is generated from docs/openapi.json when the page is built. */
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Application = Schemas["Application"];
export type ApplicationList = Schemas["ApplicationList"];
export type ApplicationEvent = Schemas["ApplicationEvent"];
export type ApplicationSet = Schemas["ApplicationSet"];
export type Cause = Schemas["Cause"];
export type Cluster = Schemas["Cluster"];
export type Counts = Schemas["Counts"];
export type Deployment = Schemas["Deployment"];
export type KubernetesEvent = Schemas["Event"];
export type LogEntry = Schemas["LogEntry"];
export type ManagedResource = Schemas["ManagedResource"];
export type Message = Schemas["Message"];
export type MessagePage = Schemas["MessagePage"];
export type OperationState = Schemas["OperationState"];
export type OperationView = Schemas["OperationView"];
export type ResourceNode = Schemas["ResourceNode"];
export type ResourceRef = Schemas["ResourceRef"];
export type ResourceStatus = Schemas["ResourceStatus"];
export type ResourceTree = Schemas["ResourceTree"];
export type RevisionMetadata = Schemas["RevisionMetadata"];
export type Source = Schemas["Source"];
export type Stage = Schemas["Stage"];
export type Trace = Schemas["Trace"];
export type TraceSummary = Schemas["TraceSummary"];
