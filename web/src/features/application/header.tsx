import { useQuery } from "@tanstack/react-query";
import { ChevronDown, EllipsisVertical, RefreshCw } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useEffect, useState } from "react";
import { commitOf, refresh } from "@/api/queries";
import type { Application } from "@/api/types";
import { isRunning, lastChange, placeOf, reasonOf, revisionText, sourcesOf } from "@/lib/application";
import { onKey } from "@/lib/keys";
import { t } from "@/lib/words";
import { Ago, Button, Copyable } from "@/ui/controls";
import { State } from "@/ui/state";
import { DeleteDialog, SyncDialog, TerminateDialog } from "./dialogs";
import { OperationView } from "./operation";
import { Waterfall } from "./waterfall";

type Asked = "sync" | "delete" | "terminate" | "";
const item = "flex h-8 items-center gap-2 rounded px-2 outline-none data-[highlighted]:bg-hover";

/** Name, state in one sentence, what can be done, and the clock of the last change. */
export function ApplicationHeader({ app }: { app: Application }) {
  const [asked, setAsked] = useState<Asked>("");
  const [expanded, setExpanded] = useState(false);
  const running = isRunning(app);
  const close = () => setAsked("");
  useEffect(() => onKey({ s: () => setAsked("sync") }), []);
  return (
    <section className="shrink-0 border-b border-line bg-panel px-4 pt-3 pb-2">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <h1 className="min-w-0 break-all">{app.metadata.name}</h1>
        <span className="mt-1 min-w-0 truncate text-text-3">
          {app.spec.project} · {placeOf(app)}
        </span>
        <div className="ml-auto flex shrink-0 gap-1.5">
          <Button look="quiet" className="px-1.5" title={t("refresh")} aria-label={t("refresh")} onClick={() => void refresh(app.metadata)}>
            <RefreshCw size={14} aria-hidden />
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
          <More ask={setAsked} />
        </div>
      </div>
      <Sentence app={app} />
      <Reason app={app} />
      <button
        type="button"
        aria-expanded={expanded}
        onClick={() => setExpanded(!expanded)}
        title="what was done, object by object"
        className="mt-1.5 flex w-full items-center gap-2 rounded text-left hover:bg-hover"
      >
        <Waterfall app={app} />
        <ChevronDown size={14} aria-hidden className={`ml-auto shrink-0 text-text-3 ${expanded ? "rotate-180" : ""}`} />
      </button>
      {expanded && <OperationView app={app} />}
      <SyncDialog app={app} open={asked === "sync"} close={close} />
      <DeleteDialog app={app} open={asked === "delete"} close={close} />
      <TerminateDialog app={app} open={asked === "terminate"} close={close} />
    </section>
  );
}

function More({ ask }: { ask: (what: Asked) => void }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button className="px-1.5" aria-label="more">
          <EllipsisVertical size={14} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} className="z-30 min-w-36 rounded-md border border-line bg-raised p-1 shadow-overlay">
          <DropdownMenu.Item className={item} onSelect={() => ask("terminate")}>
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
    <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <State state={state} />
      <span className="text-text-3">{state === "Synced" ? "to" : "wants"}</span>
      <Copyable value={revision || revisionText(app)} shown={revisionText(app)} />
      {commit.data && (
        <span className="max-w-96 truncate" title={commit.data.message}>
          “{commit.data.message.split("\n")[0]}”
        </span>
      )}
      {change && (
        <span className="text-text-2">
          · {t("deployed")} {change.who && `${t("by")} ${change.who}, `}
          <Ago at={change.at} />
        </span>
      )}
      <span className="ml-2 inline-flex">
        <State state={app.status.health.status} title={app.status.health.message} />
      </span>
      {isRunning(app) && <State state={app.status.operationState?.phase ?? ""} title={app.status.operationState?.message} />}
      <span className="ml-2 text-text-3">{policies}</span>
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
