import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { ApiError, pathWith } from "@/api/client";
import { useStream, useVisible } from "@/api/live";
import { oneApplication, readOf, type AppName } from "@/api/queries";
import type { Application, ApplicationEvent, ResourceTree } from "@/api/types";
import { onKey } from "@/lib/keys";
import { t, type Word } from "@/lib/words";
import { Empty, Failed, Skeleton } from "@/ui/controls";
import { Outdated } from "@/ui/outdated";
import { ApplicationHeader } from "./header";

const Panel = lazy(() => import("@/features/resources/panel"));
const Graph = lazy(() => import("@/features/resources/graph"));
const Resources = lazy(() => import("@/features/resources/resource-list"));
const Diff = lazy(() => import("@/features/resources/diff"));
const Manifest = lazy(() => import("@/features/resources/manifest"));
const History = lazy(() => import("./history"));
const Events = lazy(() => import("@/features/resources/events"));
const Logs = lazy(() => import("@/features/resources/logs"));

const TABS = ["graph", "resources", "diff", "history", "events", "logs", "manifest"] as const satisfies Word[];
const ASK_MS = 2000;
/** Beside a stream, for the connection that has died without telling. */
const MAKE_SURE_MS = 20_000;
type Tab = (typeof TABS)[number];
const KEYS: Record<string, Tab> = { g: "graph", d: "diff", h: "history", l: "logs" };

/** One application: what it is, what happened to it, and what it is made of. */
export function ApplicationPage() {
  const { namespace = "", name = "", tab = "graph" } = useParams();
  const app = useMemo(() => ({ namespace, name }), [namespace, name]);
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const { application, tree } = useLive(app);
  const chosen = params.get("node") ?? "";
  const here = `/applications/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
  const choose = useCallback(
    (id: string) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (id) after.set("node", id);
          else ["node", "view"].forEach((each) => after.delete(each));
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );

  useEffect(() => {
    document.title = `${name} · Tidegate`;
  }, [name]);
  useEffect(() => {
    const open = Object.entries(KEYS).map(([key, to]) => [key, () => void navigate(`${here}/${to}`)] as const);
    return onKey({ ...Object.fromEntries(open), Escape: () => choose("") });
  }, [here, navigate, choose]);

  if (application.isPending) return <Skeleton rows={10} />;
  if (!application.data) return <NoApplication error={application.error} retry={() => void application.refetch()} />;
  return (
    <>
      <Outdated query={application} />
      <ApplicationHeader app={application.data} />
      <nav className="flex shrink-0 overflow-x-auto border-b border-line bg-panel px-2" aria-label={t("views")}>
        {TABS.map((each) => (
          <Link
            key={each}
            to={each === "graph" ? here : `${here}/${each}`}
            aria-current={each === tab ? "page" : undefined}
            className={`border-b-2 px-2.5 py-1.5 whitespace-nowrap max-sm:px-[7px] ${each === tab ? "border-accent font-medium" : "border-transparent text-text-2 hover:text-text-1"}`}
          >
            {t(each)}
          </Link>
        ))}
      </nav>
      <div className="relative flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col overflow-hidden">
          <Suspense fallback={<Skeleton />}>
            <View tab={tab as Tab} app={application.data} tree={tree} chosen={chosen} choose={choose} />
          </Suspense>
        </div>
        {chosen && ["graph", "resources"].includes(tab) && (
          <Suspense>
            <Panel app={application.data} tree={tree} id={chosen} close={() => choose("")} />
          </Suspense>
        )}
      </div>
    </>
  );
}

/** One that is not there leads to those that are; any other refusal can be tried again. */
function NoApplication({ error, retry }: { error: Error; retry: () => void }) {
  if (!(error instanceof ApiError && error.status === 404)) return <Failed error={error} retry={retry} />;
  return (
    <Empty title={error.message}>
      <Link className="text-accent hover:underline" to="/applications">
        {t("toApplications")}
      </Link>
    </Empty>
  );
}

interface ViewProps {
  tab: Tab;
  app: Application;
  tree: ResourceTree | undefined;
  chosen: string;
  choose: (id: string) => void;
}

function View({ tab, app, tree, chosen, choose }: ViewProps) {
  switch (tab) {
    case "resources":
      return <Resources app={app} tree={tree} chosen={chosen} choose={choose} />;
    case "diff":
      return <Diff app={app.metadata} />;
    case "history":
      return <History app={app} />;
    case "events":
      return <Events app={app.metadata} />;
    case "logs":
      return <Logs app={app.metadata} />;
    case "manifest":
      return <Manifest app={app} />;
    default:
      return tree ? <Graph app={app} tree={tree} chosen={chosen} choose={choose} /> : <Skeleton />;
  }
}

/** The application and its tree, told of changes by streams where there are any and asked for else. */
function useLive(app: AppName) {
  const client = useQueryClient();
  const visible = useVisible();
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined);
  const query = { appNamespace: app.namespace };
  const [one, treeOf] = [oneApplication(app), readOf<ResourceTree>(app, "/resource-tree")];
  const others = useCallback(() => {
    pending.current ??= setTimeout(() => {
      pending.current = undefined;
      void client.invalidateQueries({
        queryKey: ["application", app.namespace, app.name],
        predicate: ({ queryKey }) => !["", "/resource-tree"].includes(String(queryKey[3])),
      });
    }, 500);
  }, [client, app]);
  const streams = useStream<ApplicationEvent>(
    pathWith("/api/v1/stream/applications", { ...query, name: app.name }),
    ({ type, application }) => {
      if (type === "DELETED") void client.invalidateQueries({ queryKey: one.queryKey });
      else client.setQueryData(one.queryKey, application);
      others();
    },
  );
  useStream<ResourceTree>(
    pathWith(`/api/v1/stream/applications/${encodeURIComponent(app.name)}/resource-tree`, query),
    (value) => {
      client.setQueryData(treeOf.queryKey, value);
      others();
    },
  );
  const refetchInterval = visible && (streams ? MAKE_SURE_MS : ASK_MS);
  const application = useQuery({ ...one, refetchInterval });
  const tree = useQuery({ ...treeOf, refetchInterval });
  return { application, tree: tree.data };
}
