import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { readOf } from "@/api/queries";
import type { Application } from "@/api/types";
import { t } from "@/lib/words";
import { parsed, yamlLines } from "@/lib/yaml";
import { Button, Failed, Skeleton } from "@/ui/controls";
import { Code } from "./code";

/** The Application itself, or everything that it renders. */
export default function Manifest({ app }: { app: Application }) {
  const [rendered, setRendered] = useState(false);
  const found = useQuery({ ...readOf<{ manifests: string[] }>(app.metadata, "/manifests"), enabled: rendered });
  const own = useMemo(() => {
    const { name, namespace, labels, annotations, finalizers } = app.metadata;
    const metadata = Object.fromEntries(
      Object.entries({ name, namespace, labels, annotations, finalizers }).filter(([, value]) => value !== undefined),
    );
    return yamlLines({ apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata, spec: app.spec });
  }, [app]);
  const all = useMemo(
    () => (found.data?.manifests ?? []).flatMap((text, index) => [...(index ? ["---"] : []), ...yamlLines(parsed(text))]),
    [found.data],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-panel">
      <div className="flex gap-1 border-b border-line px-3 py-1.5">
        {[false, true].map((each) => (
          <Button key={String(each)} look="quiet" aria-pressed={rendered === each}
            className={rendered === each ? "bg-selected text-text-1" : ""} onClick={() => setRendered(each)}>
            {each ? t("desiredState") : "Application"}
          </Button>
        ))}
      </div>
      {rendered && found.isPending && <Skeleton />}
      {rendered && found.error && <Failed error={found.error} retry={() => void found.refetch()} />}
      {(!rendered || found.data) && <Code lines={rendered ? all : own} label={t("manifest")} />}
    </div>
  );
}
