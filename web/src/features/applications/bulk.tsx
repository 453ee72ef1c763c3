import { useQueryClient } from "@tanstack/react-query";
import { RefreshCw, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import type { AppName } from "@/api/queries";
import { t } from "@/lib/words";
import { Button } from "@/ui/controls";
import { Dialog } from "@/ui/dialog";
import { State } from "@/ui/state";
import { refreshOne, syncOne, type Outcome } from "./bulk-work";
import type { Selection } from "./selection";

const AT_ONCE = 4;
const LISTED_MOST = 200;
type Verb = "sync" | "refresh";

/** What is selected, and what can be done to all of it. */
export default function Bulk({ selection }: { selection: Selection }) {
  const [asked, setAsked] = useState<Verb | "">("");
  return (
    <div role="toolbar" aria-label={t("selected")} data-bulk className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line bg-raised px-3 py-2">
      <span className="tabular font-medium">
        {selection.names.length.toLocaleString()} {t("selected")}
      </span>
      <Button look="primary" onClick={() => setAsked("sync")}>
        {t("sync")}…
      </Button>
      <Button onClick={() => setAsked("refresh")}>
        <RefreshCw size={13} aria-hidden /> {t("refresh")}…
      </Button>
      <Button look="quiet" className="ml-auto" onClick={selection.clear}>
        <X size={13} aria-hidden /> {t("clear")}
      </Button>
      {asked && <BulkDialog verb={asked} names={selection.names} close={() => setAsked("")} />}
    </div>
  );
}

interface DialogProps {
  verb: Verb;
  names: AppName[];
  close: () => void;
}

/** Says what will happen, does it a few at a time, and keeps what came of each. */
function BulkDialog({ verb, names: selected, close }: DialogProps) {
  // those that were selected when it opened: rows may come and go behind it
  const [names] = useState(selected);
  const [prune, setPrune] = useState(false);
  const [dryRun, setDryRun] = useState(false);
  const { outcomes, running, run } = useWork((app, signal) => (verb === "sync" ? syncOne(app, { prune, dryRun }, signal) : refreshOne(app)));
  const done = outcomes.filter((each) => each?.ended).length;
  const failed = names.filter((_, index) => outcomes[index]?.failed);
  const started = outcomes.length > 0;
  return (
    <Dialog open wide onOpenChange={(open) => !open && close()} title={`${t(verb)}: ${names.length} ${t("selected")}`}>
      {!started && <Explanation verb={verb} number={names.length} />}
      {!started && verb === "sync" && (
        <div className="mt-3 space-y-2">
          <Flag label="Prune: delete what Git no longer has. The guard still refuses to empty an application" on={prune} set={setPrune} />
          <Flag label="Dry run: change nothing" on={dryRun} set={setDryRun} />
        </div>
      )}
      {started && (
        <p role="status" className="mb-2 text-text-2" data-bulk-done={done}>
          {done} {t("of")} {names.length}
          {failed.length > 0 && <span className="text-bad-fg"> · {failed.length} failed</span>}
        </p>
      )}
      <Progress names={names} outcomes={outcomes} />
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={close}>{started ? t("close") : t("cancel")}</Button>
        {!started && (
          <Button look="primary" data-first onClick={() => run(names)}>
            {t(verb)} {names.length}
          </Button>
        )}
        {started && !running && failed.length > 0 && (
          <Button look="primary" onClick={() => run(failed, names)}>
            {t("retry")}: {failed.length}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Explanation({ verb, number }: { verb: Verb; number: number }) {
  return verb === "sync" ? (
    <p className="text-text-2">
      Each of these {number} is compared with its Git revision again, and what differs is applied to its cluster, {AT_ONCE} at a
      time. Closing this stops what has not begun; what was started goes on.
    </p>
  ) : (
    <p className="text-text-2">
      Each of these {number} is compared with Git and its cluster again. That changes nothing by itself; those with auto-sync apply
      what they find.
    </p>
  );
}

function Flag({ label, on, set }: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="flex items-center gap-2 text-text-2">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} className="accent-accent" />
      {label}
    </label>
  );
}

function Progress({ names, outcomes }: { names: AppName[]; outcomes: (Outcome | undefined)[] }) {
  return (
    <ul tabIndex={0} aria-label={t("applications")} className="mt-3 max-h-[40vh] overflow-auto rounded-md border border-line bg-canvas">
      {names.slice(0, LISTED_MOST).map((app, index) => {
        const outcome = outcomes[index];
        return (
          <li key={`${app.namespace}/${app.name}`} data-outcome={outcome?.state ?? ""} className="grid min-h-8 grid-cols-[minmax(0,1fr)_110px] items-center md:grid-cols-[minmax(0,1fr)_110px_minmax(0,1.6fr)] gap-3 border-b border-line px-2.5 py-1 last:border-0">
            <Link to={`/applications/${encodeURIComponent(app.namespace)}/${encodeURIComponent(app.name)}`} className="truncate hover:underline" title={app.name}>
              <bdi>{app.name}</bdi>
            </Link>
            <span>{outcome ? <State state={outcome.state} /> : outcomes.length > 0 && <span className="text-text-3">{t("waiting")}</span>}</span>
            <span className={`break-words max-md:col-span-2 ${outcome?.failed ? "text-bad-fg" : "text-text-2"}`}>{outcome?.message}</span>
          </li>
        );
      })}
      {names.length > LISTED_MOST && <li className="px-2.5 py-1 text-text-3">and {names.length - LISTED_MOST} more</li>}
    </ul>
  );
}

/** A few at a time; stopped when the dialog goes. */
function useWork(work: (app: AppName, signal: AbortSignal) => AsyncGenerator<Outcome>) {
  const client = useQueryClient();
  const [outcomes, setOutcomes] = useState<(Outcome | undefined)[]>([]);
  const [running, setRunning] = useState(false);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const run = (names: AppName[], all: AppName[] = names) => {
    const aborter = new AbortController();
    stop.current = aborter;
    const waiting = names.map((app) => ({ app, index: all.indexOf(app) }));
    const tell = (index: number, outcome: Outcome | undefined) =>
      setOutcomes((before) => Object.assign(Array<Outcome | undefined>(all.length).fill(undefined), before, { [index]: outcome }));
    waiting.forEach(({ index }) => tell(index, undefined));
    const follow = async () => {
      for (let next = waiting.shift(); next && !aborter.signal.aborted; next = waiting.shift())
        for await (const outcome of work(next.app, aborter.signal)) tell(next.index, outcome);
    };
    setRunning(true);
    void Promise.all(Array.from({ length: AT_ONCE }, follow)).finally(() => {
      if (aborter.signal.aborted) return;
      setRunning(false);
      void client.invalidateQueries({ queryKey: ["applications"] });
    });
  };
  return { outcomes, running, run };
}
