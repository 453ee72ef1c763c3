import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useParams } from "react-router";
import { get } from "@/api/client";
import type { Trace } from "@/api/types";
import { Waterfall } from "@/features/application/waterfall";
import { short } from "@/lib/application";
import { t } from "@/lib/words";
import { Copyable, Failed, Skeleton } from "@/ui/controls";
import { Outdated } from "@/ui/outdated";
import { State } from "@/ui/state";
import { CauseLine } from "./cause-line";

const card = "rounded-md border border-line bg-panel px-4 py-3";

/** One change, from what began it to the pods: its stages, and those of every application and Secret it touched. */
export function TracePage() {
  const { trace = "" } = useParams();
  const found = useQuery({
    queryKey: ["traces", trace],
    queryFn: ({ signal }) => get<Trace>(`/api/v1/traces/${encodeURIComponent(trace)}`, {}, signal),
    refetchInterval: 3000,
  });
  useEffect(() => {
    document.title = `${trace.slice(0, 8)} · Tidegate`;
  }, [trace]);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const { cause, stages, applications, secrets } = found.data;
  return (
    <div className="min-h-0 flex-1 space-y-3 overflow-auto p-4" data-traced={trace}>
      <Outdated query={found} />
      <section className={card}>
        <h1 className="mb-1 flex flex-wrap items-baseline gap-x-3">
          {t("change")} <Copyable value={found.data.trace} />
        </h1>
        {cause && <CauseLine cause={cause} />}
        {stages.length > 0 && <Waterfall stages={stages} />}
      </section>
      {applications.map((app) => (
        <section key={`${app.namespace}/${app.name}`} className={card}>
          <h2 className="mb-1 flex flex-wrap items-center gap-x-3 text-[13px] leading-5">
            <Link className="min-w-0 truncate text-accent hover:underline" to={`/applications/${encodeURIComponent(app.namespace)}/${encodeURIComponent(app.name)}`}>
              {app.name}
            </Link>
            {app.phase && <State state={app.phase} />}
            {(app.revisions ?? []).map((revision) => (
              <Copyable key={revision} value={revision} shown={short(revision)} />
            ))}
            {app.current === false && <span className="font-normal text-text-2">{t("superseded")}</span>}
          </h2>
          {app.message && <p className="mb-1 break-words text-text-2">{app.message}</p>}
          <Waterfall stages={app.stages} />
        </section>
      ))}
      {secrets.map((secret) => (
        <section key={`${secret.namespace}/${secret.name}`} className={card}>
          <h2 className="mb-1 text-[13px] leading-5">
            <span className="font-normal text-text-2">Secret</span> {secret.namespace}/{secret.name}
          </h2>
          {secret.reason && <p className="mb-1 break-words text-text-2">{secret.reason}</p>}
          <Waterfall stages={secret.stages} />
        </section>
      ))}
      {applications.length + secrets.length === 0 && <p className="px-4 text-text-2">{t("touchedNothing")}</p>}
    </div>
  );
}
