import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { remove, rollBack, startSync, terminate } from "@/api/queries";
import type { Application, Deployment } from "@/api/types";
import { short } from "@/lib/application";
import { t } from "@/lib/words";
import { Button } from "@/ui/controls";
import { Dialog } from "@/ui/dialog";

interface Asking {
  app: Application;
  open: boolean;
  close: () => void;
}
interface AskProps extends Asking {
  title: string;
  verb: string;
  act: () => Promise<unknown>;
  danger?: boolean;
  done?: () => void;
  children: ReactNode;
}

/** A question whose answer changes something: what will happen, yes or no, and why not when it is refused. */
function Ask({ app, open, close, title, verb, act, danger = false, done, children }: AskProps) {
  const client = useQueryClient();
  const doing = useMutation({
    mutationFn: act,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["application", app.metadata.namespace, app.metadata.name] });
      close();
      done?.();
    },
  });
  const leave = () => {
    doing.reset();
    close();
  };
  return (
    <Dialog open={open} onOpenChange={(next) => !next && leave()} title={title}>
      <div className="space-y-3 text-text-2">{children}</div>
      {doing.error && (
        <p role="alert" className="state-bad state-box mt-3 rounded-md border px-2.5 py-1.5 break-words">
          {doing.error.message}
        </p>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={leave} data-first={danger || undefined}>{t("cancel")}</Button>
        <Button look={danger ? "danger" : "primary"} data-first={danger ? undefined : true} disabled={doing.isPending} onClick={() => doing.mutate()}>
          {verb}
        </Button>
      </div>
    </Dialog>
  );
}

function Flag({ label, on, set }: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="flex items-center gap-2">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} className="accent-accent" />
      {label}
    </label>
  );
}

export function SyncDialog(props: Asking) {
  const { app } = props;
  const [prune, setPrune] = useState(false);
  const [dryRun, setDryRun] = useState(false);
  const [confirmed, setConfirmed] = useState(false);
  const changing = app.status.resources?.filter((each) => each.status === "OutOfSync") ?? [];
  return (
    <Ask {...props} title={`${t("sync")} ${app.metadata.name}`} verb={t("sync")} act={() => startSync(app.metadata, { prune, dryRun, confirmed })}>
      <p>
        {changing.length === 0
          ? "Nothing differs: a sync looks again and applies what is new."
          : `${changing.length} of ${app.status.resources?.length} objects differ and will be applied:`}
      </p>
      {changing.length > 0 && (
        <ul className="max-h-40 overflow-auto rounded-md border border-line bg-canvas p-2">
          {changing.map((each) => (
            <li key={`${each.kind}/${each.namespace}/${each.name}`} className="truncate">
              <span className="text-text-3">{each.kind}</span> {each.name}
              {each.requiresPruning && " · no longer wanted"}
            </li>
          ))}
        </ul>
      )}
      <Flag label="Prune: delete what Git no longer has" on={prune} set={setPrune} />
      {prune && <Flag label="I have looked at what will be deleted" on={confirmed} set={setConfirmed} />}
      <Flag label="Dry run: change nothing" on={dryRun} set={setDryRun} />
    </Ask>
  );
}

export function TerminateDialog(props: Asking) {
  return (
    <Ask {...props} danger title={`${t("terminate")} the operation`} verb={t("terminate")} act={() => terminate(props.app.metadata)}>
      <p>The running operation of {props.app.metadata.name} stops. What was applied stays applied.</p>
    </Ask>
  );
}

export function DeleteDialog(props: Asking) {
  const { app } = props;
  const navigate = useNavigate();
  const [cascade, setCascade] = useState(false);
  const [typed, setTyped] = useState("");
  const objects = app.status.resources?.length ?? 0;
  const act = () =>
    typed === app.metadata.name
      ? remove(app.metadata, cascade)
      : Promise.reject(new Error(`Type ${app.metadata.name} to delete it.`));
  return (
    <Ask {...props} danger title={`${t("delete")} ${app.metadata.name}`} verb={t("delete")} act={act} done={() => void navigate("/applications")}>
      <Flag label={`Delete its ${objects} objects in the cluster, too`} on={cascade} set={setCascade} />
      <p>{cascade ? "The objects and everything they own are deleted." : "The objects stay in the cluster and run on."}</p>
      <label className="block">
        Type the name to go on
        <input value={typed} onChange={(event) => setTyped(event.target.value)} className="mono mt-1 block h-8 w-full rounded-md border border-line-strong bg-panel px-2" />
      </label>
    </Ask>
  );
}

export function RollbackDialog({ to, preview, ...props }: Asking & { to: Deployment; preview: ReactNode }) {
  return (
    <Ask {...props} title={`${t("rollback")} to deployment ${to.id}`} verb={t("rollback")} act={() => rollBack(props.app.metadata, to.id)}>
      <p>
        {props.app.metadata.name} goes back to <span className="mono">{short(to.revision)}</span> and is held there until a newer
        commit arrives.
      </p>
      {preview}
    </Ask>
  );
}
