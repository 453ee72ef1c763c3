import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { readOf } from "@/api/queries";
import type { Application, ManagedResource, ResourceNode, ResourceRef, ResourceStatus, ResourceTree } from "@/api/types";
import { t, type Word } from "@/lib/words";
import { parsed, yamlLines } from "@/lib/yaml";
import { visible } from "@/lib/visible";
import { Ago, Button, Empty, Failed, Skeleton } from "@/ui/controls";
import { State } from "@/ui/state";
import { Code } from "./code";
import { DiffSwitch } from "./diff-switch";
import Events from "./events";
import { Hunks, sidesOf } from "./hunks";
import Logs from "./logs";
import { hasLogs, idOf, refOf } from "./names";

const NARROWEST = 320;

interface Props {
  app: Application;
  tree: ResourceTree | undefined;
  id: string;
  close: () => void;
}

/** One object beside the graph: live, desired, difference, events, logs. Its view is in the URL. */
export default function Panel({ app, tree, id, close }: Props) {
  const [params, setParams] = useSearchParams();
  const [width, setWidth] = useState(480);
  const { node, managed } = found(app, tree, id);
  // the same object while nothing that leads to it changed, so that its log is not read anew
  const uid = node?.uid ?? "";
  const of = useMemo(() => ({ ...refOf(id), uid }), [id, uid]);
  const views = viewsOf(of.kind, managed !== undefined);
  const asked = params.get("view") as Word | null;
  const first = managed?.status === "OutOfSync" ? "difference" : "liveState";
  const view = asked && views.includes(asked) ? asked : first;
  const show = (next: Word) =>
    setParams((before) => new URLSearchParams([...[...before].filter(([name]) => name !== "view"), ["view", next]]), { replace: true });
  return (
    <aside
      aria-label={`${of.kind} ${of.name}`}
      data-panel={id}
      className="absolute inset-0 z-20 flex shrink-0 flex-col border-l border-line bg-panel md:static md:w-(--panel)"
      style={{ "--panel": `${width}px` } as React.CSSProperties}
    >
      <Edge width={width} setWidth={setWidth} />
      <Title of={of} node={node} managed={managed} close={close} />
      <nav aria-label={`${t("views")}: ${of.kind} ${of.name}`} className="flex shrink-0 overflow-x-auto border-b border-line px-1">
        {views.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === view}
            onClick={() => show(each)}
            className={`border-b-2 px-2 py-1 whitespace-nowrap ${each === view ? "border-accent font-medium" : "border-transparent text-text-2 hover:text-text-1"}`}
          >
            {t(each)}
          </button>
        ))}
      </nav>
      {view === "liveState" && <Live app={app} id={id} version={node?.version ?? managed?.version ?? ""} />}
      {view === "desiredState" && <Managed app={app} id={id} shown="desired" />}
      {view === "difference" && <Managed app={app} id={id} shown="difference" />}
      {view === "events" && <Events app={app.metadata} of={of} />}
      {view === "logs" && <Logs app={app.metadata} of={of} />}
    </aside>
  );
}

function found(app: Application, tree: ResourceTree | undefined, id: string) {
  return {
    node: tree?.nodes?.find((each) => idOf(each) === id),
    managed: app.status.resources?.find((each) => idOf(each) === id),
  };
}

/** The left edge, to be drawn with the pointer. */
function Edge({ width, setWidth }: { width: number; setWidth: (width: number) => void }) {
  const start = useRef<number>(null);
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("width")}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={window.innerWidth - NARROWEST}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
        if (step) setWidth(Math.min(window.innerWidth - NARROWEST, Math.max(NARROWEST, width + step)));
      }}
      className="absolute inset-y-0 hidden w-1.5 -translate-x-1 cursor-col-resize touch-none md:block"
      onPointerDown={(event) => {
        start.current = event.clientX + width;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current === null) return;
        setWidth(Math.min(window.innerWidth - NARROWEST, Math.max(NARROWEST, start.current - event.clientX)));
      }}
      onPointerUp={() => (start.current = null)}
    />
  );
}

function viewsOf(kind: string, managed: boolean): Word[] {
  const views: Word[] = managed ? ["liveState", "desiredState", "difference", "events"] : ["liveState", "events"];
  return hasLogs(kind) ? [...views, "logs"] : views;
}

interface TitleProps {
  of: ResourceRef;
  node: ResourceNode | undefined;
  managed: ResourceStatus | undefined;
  close: () => void;
}

function Title({ of, node, managed, close }: TitleProps) {
  const health = managed?.health ?? node?.health;
  return (
    <header className="border-b border-line px-3 pt-2 pb-1.5">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 break-all">
          <span className="font-normal text-text-2">{of.kind}</span> <bdi>{visible(of.name)}</bdi>
        </h2>
        <Button look="quiet" tight onClick={close} aria-label={t("close")} title={`${t("close")} (Esc)`}>
          <X size={14} aria-hidden />
        </Button>
      </div>
      <p className="flex flex-wrap gap-x-3 text-text-2">
        {health && <State state={health.status} title={health.message} />}
        {managed?.status && <State state={managed.status} />}
        {of.namespace && <span>{of.namespace}</span>}
        {node?.createdAt && <Ago at={node.createdAt} />}
      </p>
      {health?.message && (
        <p className="mt-1 max-h-20 overflow-auto break-words text-text-2" tabIndex={0}>
          {health.message}
        </p>
      )}
    </header>
  );
}

function Live({ app, id, version }: { app: Application; id: string; version: string }) {
  const { group, kind, namespace, name } = refOf(id);
  const found = useQuery(readOf<{ manifest: string }>(app.metadata, "/resource", { group, kind, namespace, version, resourceName: name }));
  const lines = useMemo(() => yamlLines(parsed(found.data?.manifest)), [found.data]);
  if (found.isPending) return <Skeleton rows={12} />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  return <Code lines={lines} label={t("liveState")} />;
}

function Managed({ app, id, shown }: { app: Application; id: string; shown: "desired" | "difference" }) {
  const { group, kind, namespace, name } = refOf(id);
  const found = useQuery(
    readOf<{ items: ManagedResource[] | null }>(app.metadata, "/managed-resources", { group, kind, namespace, name }),
  );
  if (found.isPending) return <Skeleton rows={12} />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const item = found.data.items?.find((each) => idOf(each) === id);
  if (!item) return <Empty title={t("noObject")} />;
  if (shown === "desired") return <Code lines={yamlLines(parsed(item.targetState))} label={t("desiredState")} />;
  const { before, after } = sidesOf(item);
  return (
    <>
      <div className="flex justify-end border-b border-line px-2 py-1">
        <DiffSwitch />
      </div>
      <div className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="group" aria-label={t("difference")}>
        <Hunks before={before} after={after} />
      </div>
    </>
  );
}
