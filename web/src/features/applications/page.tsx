import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { pathWith, type Query } from "@/api/client";
import { useStream, useVisible } from "@/api/live";
import { listPage, streamFields } from "@/api/queries";
import type { ApplicationEvent, Counts } from "@/api/types";
import { onKey } from "@/lib/keys";
import { t } from "@/lib/words";
import { Button, CommandLine, Empty, Failed, Skeleton, useRested } from "@/ui/controls";
import { StateIcon } from "@/ui/state";
import { ApplicationTable } from "./table";

const STREAMED_MOST = 1000;
const FILTERS = ["search", "sync", "health", "projects", "cluster", "namespace"] as const;

/** All applications: filters in the URL, counts from the server, rows as they are seen. */
export function ApplicationsPage() {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(
    () => Object.fromEntries(FILTERS.map((name) => [name, params.get(name) ?? undefined])) as Query,
    [params],
  );
  const first = useApplications(filters);
  const filtered = FILTERS.some((name) => params.get(name));
  const set = useCallback(
    (name: string, value: string) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (value) after.set(name, value);
          else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );

  useEffect(() => {
    document.title = "Applications · Tidegate";
  }, []);

  const counts = first.data?.metadata.counts;
  const fits = (first.data?.items?.length ?? 0) + (first.data?.metadata.remainingItemCount ?? 0);
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-panel px-3 py-2">
        <SearchField value={params.get("search") ?? ""} onChange={(value) => set("search", value)} />
        <States counts={counts} params={params} set={set} />
        <span className="tabular ml-auto text-text-3" data-count>
          {counts ? `${fits.toLocaleString()} ${t("of")} ${counts.total.toLocaleString()}` : ""}
        </span>
      </div>
      {first.isPending && <Skeleton rows={12} />}
      {first.error && !first.data && <Failed error={first.error} retry={() => void first.refetch()} />}
      {first.data && fits === 0 && (filtered ? <NothingFits clear={() => setParams({})} /> : <NoApplications />)}
      {fits > 0 && <ApplicationTable filters={filters} total={fits} />}
    </>
  );
}

/** The first page with the counts; later pages belong to the table. Told of changes by a stream where there is one. */
function useApplications(filters: Query) {
  const client = useQueryClient();
  const visible = useVisible();
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [follows, setFollows] = useState(true);
  const refresh = useCallback(() => {
    pending.current ??= setTimeout(() => {
      pending.current = undefined;
      void client.invalidateQueries({ queryKey: ["applications"] });
    }, 150);
  }, [client]);
  const streams = useStream<ApplicationEvent>(
    follows ? pathWith("/api/v1/stream/applications", { ...filters, fields: streamFields }) : null,
    refresh,
  );
  const first = useQuery({
    queryKey: ["applications", filters, 0],
    queryFn: async ({ signal }) => {
      const page = await listPage(filters, 0, signal);
      setFollows((page.metadata.counts.total ?? 0) <= STREAMED_MOST);
      return page;
    },
    placeholderData: (before) => before,
    refetchInterval: visible && !(streams && follows) ? 3000 : false,
  });
  return first;
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const rested = useRested(text, 180);
  useEffect(() => {
    if (rested !== value) onChange(rested);
    // only what was typed changes the URL; the URL fills the field when the page opens
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [rested]);
  useEffect(() => onKey({ "/": () => field.current?.focus() }), []);
  return (
    <label className="relative min-w-40 flex-1 sm:max-w-80">
      <span className="sr-only">{t("search")}</span>
      <Search size={14} aria-hidden className="absolute top-1.5 left-2 text-text-3" />
      <input
        ref={field}
        type="search"
        value={text}
        placeholder={t("search")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        className="h-7 w-full rounded-md border border-line-strong bg-canvas pr-2 pl-7 placeholder:text-text-3"
      />
    </label>
  );
}

interface StatesProps {
  counts: Counts | undefined;
  params: URLSearchParams;
  set: (name: string, value: string) => void;
}

/** One button a state with its number: what is pressed is all that is shown. */
function States({ counts, params, set }: StatesProps) {
  const groups = [
    ["sync", counts?.sync ?? {}],
    ["health", counts?.health ?? {}],
  ] as const;
  return (
    <div className="flex flex-wrap gap-1">
      {groups.flatMap(([name, states]) =>
        Object.entries(states).map(([state, number]) => {
          const pressed = params.get(name) === state;
          return (
            <Button
              key={`${name}.${state}`}
              look="quiet"
              aria-pressed={pressed}
              className={`px-1.5 ${pressed ? "border-line-strong bg-selected text-text-1" : ""}`}
              onClick={() => set(name, pressed ? "" : state)}
            >
              <StateIcon state={state} /> {state} <span className="tabular text-text-3">{number.toLocaleString()}</span>
            </Button>
          );
        }),
      )}
    </div>
  );
}

function NothingFits({ clear }: { clear: () => void }) {
  return (
    <Empty title={t("nothingFits")}>
      <Button onClick={clear}>{t("clearFilters")}</Button>
    </Empty>
  );
}

function NoApplications() {
  return (
    <Empty title={t("noApplications")}>
      <p>{t("noApplicationsHelp")}</p>
      <CommandLine>tidegate app create -f application.yaml</CommandLine>
    </Empty>
  );
}

