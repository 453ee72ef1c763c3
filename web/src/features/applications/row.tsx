import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { Link } from "react-router";
import { commitOf, type AppName } from "@/api/queries";
import type { Application } from "@/api/types";
import { isRunning, lastChange, pathOf, placeOf, reasonOf, revisionText, sourcesOf } from "@/lib/application";
import { t } from "@/lib/words";
import { visible } from "@/lib/visible";
import { Ago } from "@/ui/controls";
import { State, StateIcon } from "@/ui/state";

export const COLUMNS =
  "grid grid-cols-[16px_minmax(0,1fr)_auto] md:grid-cols-[16px_minmax(140px,1.1fr)_80px_minmax(110px,1fr)_minmax(130px,1.3fr)_100px_minmax(110px,2.8fr)_116px] gap-x-3 px-3";

interface Props {
  app: Application;
  chosen: boolean;
  ticked: boolean;
  toggle: (app: AppName) => void;
}

/** One application. The link covers the row; a second line holds what a narrow page has no columns for. */
export const Row = memo(function Row({ app, chosen, ticked, toggle }: Props) {
  const change = lastChange(app);
  const reason = reasonOf(app);
  const brief = reason.replace(/^\w+[ /]\S+: /, "");
  const sync = isRunning(app) ? "Running" : app.status.sync.status;
  const { name, namespace } = app.metadata;
  return (
    <div
      data-application={name}
      className={`${COLUMNS} relative h-full items-center border-b border-line ${chosen ? "shadow-[inset_2px_0_0_var(--accent)]" : ""} ${ticked || chosen ? "bg-selected" : "hover:bg-hover"}`}
    >
      <span role="gridcell" className="relative z-1 flex">
        <input type="checkbox" className="accent-accent" checked={ticked} onChange={() => toggle(app.metadata)} aria-label={`${t("tick")} ${name}`} title={`${t("tick")} (x)`} />
      </span>
      <span role="gridcell" className="min-w-0">
        <Link to={pathOf(app)} className="block truncate font-medium after:absolute after:inset-0 focus-visible:outline-offset-0" title={`${namespace}/${name}`}>
          <bdi>{visible(name)}</bdi>
        </Link>
        <span className="block truncate text-text-2 md:hidden">{brief || placeOf(app)}</span>
      </span>
      <span role="gridcell" className="hidden truncate text-text-2 md:block">
        <bdi>{app.spec.project}</bdi>
      </span>
      <span role="gridcell" className="hidden truncate text-text-2 md:block" title={placeOf(app)}>
        <bdi>{placeOf(app)}</bdi>
      </span>
      <span role="gridcell" className="hidden truncate md:block">
        <Revision app={app} />
      </span>
      <span role="gridcell" className="hidden items-center md:flex">
        <State state={sync} title={app.status.operationState?.message} />
      </span>
      <span role="gridcell" className="flex min-w-0 items-center gap-2">
        <span className="md:hidden" title={sync}>
          <StateIcon state={sync} />
          <span className="sr-only">{sync}</span>
        </span>
        <State state={app.status.health.status} title={reason} />
        {reason && (
          <span className="hidden truncate text-text-2 md:inline" title={reason}>
            {brief}
          </span>
        )}
      </span>
      <span role="gridcell" className="hidden truncate text-right text-text-3 md:block">
        {change && (
          <>
            <Ago at={change.at} />
            {change.who && ` · ${change.who}`}
          </>
        )}
      </span>
    </div>
  );
});

/** `main@3f2c1d9` and the first line of the commit. */
function Revision({ app }: { app: Application }) {
  const repo = sourcesOf(app)[0]?.repoURL ?? "";
  const commit = useQuery(commitOf(app.metadata, repo, app.status.sync.revision ?? ""));
  const line = visible(commit.data?.message.split("\n")[0] ?? "");
  return (
    <span title={`${repo}\n${line}`}>
      <span className="mono">{revisionText(app)}</span> <span className="text-text-2">{line}</span>
    </span>
  );
}
