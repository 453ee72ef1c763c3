import type { UseQueryResult } from "@tanstack/react-query";
import { Clock } from "lucide-react";
import { t } from "@/lib/words";
import { ago, useNow } from "@/lib/time";
import { Button } from "./controls";

/** Says that what is shown is not what the server has: it still answers, but refuses or fails this question. */
export function Outdated({ query }: { query: Pick<UseQueryResult, "data" | "error" | "dataUpdatedAt" | "refetch"> }) {
  const now = useNow();
  if (!query.error || query.data === undefined) return null;
  const when = ago(new Date(query.dataUpdatedAt).toISOString(), now);
  return (
    <div role="status" data-outdated className="state-warn state-box flex shrink-0 items-center gap-2.5 border-b px-3 py-1.5">
      <Clock size={14} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1 break-words">
        {t("shownFrom")} {when === "now" ? t("aMomentAgo") : when}. {query.error.message}
      </span>
      <Button onClick={() => void query.refetch()}>{t("retry")}</Button>
    </div>
  );
}
