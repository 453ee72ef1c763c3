import { useMutation, useQuery } from "@tanstack/react-query";
import { ChevronDown, EllipsisVertical, RefreshCw } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useEffect, useState } from "react";
import { commitOf, refresh } from "@/api/queries";
import type { Application } from "@/api/types";
import { isRunning, lastChange, placeOf, reasonOf, revisionText, sourcesOf } from "@/lib/application";
import { onKey } from "@/lib/keys";
import { t } from "@/lib/words";
import { visible } from "@/lib/visible";
import { Ago, Button, Copyable } from "@/ui/controls";
import { State } from "@/ui/state";
import { DeleteDialog, SyncDialog, TerminateDialog } from "./dialogs";
import { OperationView } from "./operation";
import { Clock } from "./waterfall";

type Asked = "sync" | "delete" | "terminate" | "";
const item = "flex h-8 items-center gap-2 rounded px-2 outline-none data-[highlighted]:bg-hover";

/** Name, state in one sentence, what can be done, and the clock of the last change. */
export function ApplicationHeader({ app }: { app: Application }) {
  const [asked, setAsked] = useState<Asked>("");
  const [expanded, setExpanded] = useState(false);
  const running = isRunning(app);
  const trace = app.status.tidegate?.trace ?? "";
  const again = useMutation({ mutationFn: () => refresh(app.metadata) });
  const close = () => setAsked("");
  useEffect(() => onKey({ s: () => setAsked("sync") }), []);
  return (
    <section className="shrink-0 border-b border-line bg-panel px-4 pt-3 pb-2">
      <div className="flex items-start gap-3">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <h1 className="line-clamp-3 min-w-0 break-all" title={app.metadata.name}>
            <bdi>{visible(app.metadata.name)}</bdi>
          </h1>
          <span className="min-w-0 truncate text-text-2">
            {app.spec.project} · {placeOf(app)}
          </span>
        </div>
        <div className="flex shrink-0 gap-1.5">
          <Button look="quiet" tight title={t("refresh")} aria-label={t("refresh")} disabled={again.isPending} onClick={() => again.mutate()}>
            <RefreshCw size={14} aria-hidden className={again.isPending ? "turning" : ""} />
          </Button>
          {running ? (
            <Button look="danger" onClick={() => setAsked("terminate")}>
              {t("terminate")}
            </Button>
          ) : (
            <Button look="primary" onClick={() => setAsked("sync")}>
              {t("sync")}
            </Button>
          )}
          <More ask={setAsked} running={running} />
        </div>
      </div>
      <Sentence app={app} />
      <Reason app={app} />
      {again.error && (
        <p role="alert" className="state-bad state-box mt-2 rounded-md border px-2.5 py-1 break-words">
          {t("refresh")}: {again.error.message}
        </p>
      )}
      <div className="mt-1.5 flex items-center gap-6">
        <button
          type="button"
          aria-expanded={expanded}
          onClick={() => setExpanded(!expanded)}
          title={t("operation")}
          data-expand
          className="flex min-w-0 flex-1 items-center gap-2 rounded text-left hover:bg-hover"
        >
          <ChevronDown size={14} aria-hidden className={`shrink-0 text-text-3 ${expanded ? "" : "-rotate-90"}`} />
          <Clock stages={app.status.tidegate?.stages ?? []} />
        </button>
        {trace && !expanded && (
          <span className="pr-3 text-text-3 max-md:hidden">
            {t("trace")} <Copyable value={trace} shown={trace.slice(0, 8)} />
          </span>
        )}
      </div>
      {expanded && <OperationView app={app} />}
      <SyncDialog app={app} open={asked === "sync"} close={close} />
      <DeleteDialog app={app} open={asked === "delete"} close={close} />
      <TerminateDialog app={app} open={asked === "terminate"} close={close} />
    </section>
  );
}

function More({ ask, running }: { ask: (what: Asked) => void; running: boolean }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button tight aria-label="more">
          <EllipsisVertical size={14} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} className="z-30 min-w-36 rounded-md border border-line bg-raised p-1 shadow-overlay">
          <DropdownMenu.Item
            className={`${item} data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50`}
            disabled={!running}
            title={running ? undefined : t("nothingRuns")}
            onSelect={() => ask("terminate")}
          >
            {t("terminate")}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={`${item} text-bad-fg`} onSelect={() => ask("delete")}>
            {t("delete")}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** "✓ Synced to main@3f2c1d9 “Bump ai-app” by kim, 4 min ago   ♥ Healthy   auto-sync · prune · heal". */
function Sentence({ app }: { app: Application }) {
  const revision = app.status.sync.revision ?? "";
  const commit = useQuery(commitOf(app.metadata, sourcesOf(app)[0]?.repoURL ?? "", revision));
  const change = lastChange(app);
  const automated = app.spec.syncPolicy?.automated;
  const policies = automated
    ? ["auto-sync", automated.prune && "prune", automated.selfHeal && "heal"].filter(Boolean).join(" · ")
    : "manual sync";
  const state = app.status.sync.status;
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-0.5">
      <span className="inline-flex min-w-0 items-center gap-2">
        <State state={state} />
        <span className="text-text-2">{state === "Synced" ? "to" : "wants"}</span>
        <Copyable value={revision || revisionText(app)} shown={revisionText(app)} />
        {commit.data && (
          <span className="max-w-96 min-w-0 truncate" title={commit.data.message}>
            “{visible(commit.data.message.split("\n")[0] ?? "")}”
          </span>
        )}
      </span>
      {change && (
        <span className="text-text-2">
          {t("deployed")} {change.who && `${t("by")} ${change.who}, `}
          <Ago at={change.at} />
        </span>
      )}
      <span className="inline-flex">
        <State state={app.status.health.status} title={app.status.health.message} />
      </span>
      {isRunning(app) && <State state={app.status.operationState?.phase ?? ""} title={app.status.operationState?.message} />}
      <span className="text-text-2">{policies}</span>
    </p>
  );
}

function Reason({ app }: { app: Application }) {
  const [whole, setWhole] = useState(false);
  const reason = reasonOf(app);
  if (!reason) return null;
  const tone = ["Degraded", "Missing"].includes(app.status.health.status) ? "bad" : "warn";
  return (
    <button
      type="button"
      aria-expanded={whole}
      onClick={() => setWhole(!whole)}
      className={`state-${tone} state-box mt-2 block w-full rounded-md border px-2.5 py-1 text-left`}
    >
      <span role="status" className={`break-words ${whole ? "" : "line-clamp-2"}`}>
        {reason}
      </span>
    </button>
  );
}
