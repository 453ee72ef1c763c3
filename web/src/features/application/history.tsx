import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { commitOf, readOf } from "@/api/queries";
import type { Application, Deployment } from "@/api/types";
import { short, sourcesOf } from "@/lib/application";
import { diffLines } from "@/lib/line-diff";
import { duration } from "@/lib/time";
import { t } from "@/lib/words";
import { parsed, yamlLines } from "@/lib/yaml";
import { visible } from "@/lib/visible";
import { Ago, Button, Copyable, Empty } from "@/ui/controls";
import { RollbackDialog } from "./dialogs";

const COLUMNS =
  "grid grid-cols-[28px_60px_minmax(0,1fr)_92px] items-center gap-x-4 px-4 md:grid-cols-[28px_60px_minmax(0,1fr)_110px_70px_100px_92px]";

/** One row per deployment, the newest first. */
export default function History({ app }: { app: Application }) {
  const [to, setTo] = useState<Deployment | null>(null);
  const rows = [...(app.status.history ?? [])].reverse();
  if (rows.length === 0) return <Empty title={t("noHistory")} />;
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-panel" tabIndex={0} role="group" aria-label={t("history")}>
      <div className={`${COLUMNS} h-8 border-b border-line text-text-3 max-md:hidden`}>
        <span className="text-right">#</span>
        <span>{t("revision")}</span>
        <span>{t("commit")}</span>
        <span>{t("who")}</span>
        <span className="text-right">{t("took")}</span>
        <span className="text-right">{t("when")}</span>
        <span />
      </div>
      <ol>
        {rows.map((row, index) => (
          <Row key={row.id} app={app} row={row} current={index === 0} rollBack={() => setTo(row)} />
        ))}
      </ol>
      {to && <RollbackDialog app={app} to={to} open close={() => setTo(null)} preview={<Preview app={app} to={to} />} />}
    </div>
  );
}

interface RowProps {
  app: Application;
  row: Deployment;
  current: boolean;
  rollBack: () => void;
}

function Row({ app, row, current, rollBack }: RowProps) {
  const repo = row.source?.repoURL ?? sourcesOf(app)[0]?.repoURL ?? "";
  const commit = useQuery(commitOf(app.metadata, repo, row.revision));
  const who = row.initiatedBy?.username || (row.initiatedBy?.automated ? t("auto") : "");
  return (
    <li className={`${COLUMNS} min-h-10 border-b border-line py-1`}>
      <span className="tabular text-right text-text-3">{row.id}</span>
      <Copyable value={row.revision} shown={short(row.revision)} />
      <span className="min-w-0">
        <span className="block truncate" title={commit.data?.message}>
          {visible(commit.data?.message.split("\n")[0] ?? "")}
          {commit.data && <span className="text-text-2"> · {commit.data.author.replace(/ <.*/, "")}</span>}
        </span>
        <span className="block truncate text-text-2 md:hidden">
          {who} {row.deployedAt && <Ago at={row.deployedAt} />}
        </span>
      </span>
      <span className="truncate text-text-2 max-md:hidden">{who}</span>
      <span className="tabular text-right text-text-2 max-md:hidden">{timeTaken(row)}</span>
      <span className="text-right text-text-2 max-md:hidden">{row.deployedAt && <Ago at={row.deployedAt} />}</span>
      <span className="text-right">
        {current ? <span className="text-text-3">current</span> : <Button onClick={rollBack}>{t("rollback")}</Button>}
      </span>
    </li>
  );
}

/** The API tells both moments to the second. */
function timeTaken({ deployedAt, deployStartedAt }: Deployment): string {
  if (!deployedAt || !deployStartedAt) return "";
  const seconds = (Date.parse(deployedAt) - Date.parse(deployStartedAt)) / 1000;
  return seconds < 1 ? "< 1 s" : duration(seconds);
}

/** What differs between what Git wants now and what that deployment had, object by object. */
function Preview({ app, to }: { app: Application; to: Deployment }) {
  const wanted = useQuery(readOf<{ manifests: string[] }>(app.metadata, "/manifests"));
  const then = useQuery(readOf<{ manifests: string[] }>(app.metadata, "/manifests", { revision: to.revision }));
  if (wanted.error || then.error) return <p className="text-text-3">No preview: {(wanted.error ?? then.error)?.message}</p>;
  if (!wanted.data || !then.data) return <p className="text-text-3">Looking at what would change…</p>;
  const changes = changed(wanted.data.manifests, then.data.manifests);
  if (changes.length === 0) return <p>No object differs between the two.</p>;
  return (
    <div className="max-h-56 overflow-auto rounded-md border border-line bg-canvas p-2" data-preview>
      {changes.map(({ name, lines }) => (
        <section key={name} className="mb-2">
          <h3 className="font-medium text-text-1">{name}</h3>
          {lines.map((line, index) => (
            <div key={index} className={`mono px-1 whitespace-pre-wrap ${line.startsWith("+") ? "bg-add-bg" : "bg-remove-bg"}`}>
              {line}
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}

interface Named {
  kind: string;
  metadata: { name: string; namespace?: string };
}

function changed(before: string[], after: string[]): { name: string; lines: string[] }[] {
  const byName = (texts: string[]) =>
    new Map(
      texts.map((text) => {
        const object = parsed(text) as Named;
        return [`${object.kind} ${object.metadata.name}`, yamlLines(object)] as const;
      }),
    );
  const [old, next] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...next.keys()])]
    .map((name) => ({
      name,
      lines: diffLines(old.get(name) ?? [], next.get(name) ?? [])
        .filter((line) => line.kind !== "same")
        .map((line) => `${line.kind === "add" ? "+" : "-"} ${line.text}`),
    }))
    .filter(({ lines }) => lines.length > 0);
}
