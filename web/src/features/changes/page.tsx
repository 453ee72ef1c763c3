import { useEffect } from "react";
import { Link } from "react-router";
import { usePages } from "@/api/pages";
import type { TraceSummary } from "@/api/types";
import { t } from "@/lib/words";
import { visible } from "@/lib/visible";
import { Ago, Empty, Failed, Skeleton } from "@/ui/controls";
import { More } from "@/ui/more";
import { Outdated } from "@/ui/outdated";

/** What began lately, the newest first; each leads to what came of it. */
export function ChangesPage() {
  const found = usePages<TraceSummary>("traces");
  useEffect(() => {
    document.title = "Changes · Tidegate";
  }, []);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const traces = found.data.pages.flatMap((page) => page.items ?? []);
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-panel">
      <h1 className="sr-only">{t("changes")}</h1>
      <Outdated query={found} />
      {traces.length === 0 && <Empty title={t("noChanges")} />}
      <ul aria-label={t("changes")}>
        {traces.map(({ trace, at, cause }) => (
          <li key={trace} className="relative flex min-h-8 flex-wrap items-center gap-x-4 border-b border-line px-4 py-1 hover:bg-hover">
            <Link to={`/changes/${encodeURIComponent(trace)}`} data-trace={trace} className="min-w-0 flex-1 truncate after:absolute after:inset-0 focus-visible:outline-offset-0" title={cause.text}>
              {visible(cause.text)}
            </Link>
            <span className="text-text-2">{cause.source || cause.kind}</span>
            <span className="w-24 text-right text-text-3">
              <Ago at={at} />
            </span>
          </li>
        ))}
      </ul>
      <More pages={found} />
    </div>
  );
}
