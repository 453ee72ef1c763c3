import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { get } from "@/api/client";
import type { ApplicationList, Cluster, Counts } from "@/api/types";
import { onKey } from "@/lib/keys";
import { t } from "@/lib/words";
import { Button, useRested } from "@/ui/controls";
import { StateIcon, stateRank } from "@/ui/state";
import { FilterMenu, type Choice } from "./filter-menu";
import { STATE_FILTERS, type Filters } from "./filters";

interface Props {
  filters: Filters;
  counts: Counts | undefined;
  fits: number;
}

/** Search, states with their numbers, and the other filters; how many fit of how many there are. */
export function FilterBar({ filters, counts, fits }: Props) {
  const total = useQuery({
    queryKey: ["applications", "total"],
    queryFn: ({ signal }) => get<ApplicationList>("/api/v1/applications", { limit: 1, fields: "metadata" }, signal),
    enabled: filters.byMoreThanState,
    staleTime: 10_000,
  });
  const all = filters.byMoreThanState ? total.data?.metadata.counts.total : counts?.total;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-panel px-3 py-2">
      <SearchField value={filters.of("search").join(",")} onChange={(value) => filters.set("search", value ? [value] : [])} />
      <States counts={counts} filters={filters} />
      <div className="flex gap-0.5 max-md:order-2 max-md:w-full max-md:overflow-x-auto">
        <Menus filters={filters} />
        {filters.any && (
          <Button look="quiet" tight className="text-accent" onClick={filters.clear}>
            {t("clearFilters")}
          </Button>
        )}
      </div>
      <span role="status" className="tabular ml-auto text-text-3" data-count>
        {counts && all !== undefined ? `${fits.toLocaleString()} ${t("of")} ${all.toLocaleString()}` : ""}
      </span>
    </div>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const rested = useRested(text, 180);
  // the address has changed by something else than this field
  if (value !== seen) {
    setSeen(value);
    if (value !== rested) setText(value);
  }
  useEffect(() => {
    if (rested !== value && rested === text) onChange(rested);
    // only what was typed changes the address
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [rested]);
  useEffect(() => onKey({ "/": () => field.current?.focus() }), []);
  return (
    <label className="relative min-w-40 flex-1 md:max-w-72">
      <span className="sr-only">{t("search")}</span>
      <Search size={14} aria-hidden className="absolute top-1.5 left-2 text-text-3" />
      <input
        ref={field}
        type="search"
        value={text}
        placeholder={t("search")}
        onChange={(event) => setText(event.target.value.replaceAll(",", " "))}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        className="h-7 w-full rounded-md border border-line-strong bg-canvas pr-2 pl-7 placeholder:text-text-3"
      />
    </label>
  );
}

/** One button a state with its number: what is pressed is all that is shown. */
function States({ counts, filters }: { counts: Counts | undefined; filters: Filters }) {
  return (
    <div role="group" aria-label={`${t("state")}, ${t("health")}`} className="flex gap-x-0.5 max-md:order-1 max-md:w-full max-md:overflow-x-auto">
      {STATE_FILTERS.flatMap((name) => {
        const numbers = counts?.[name] ?? {};
        const chosen = filters.of(name);
        return [...new Set([...Object.keys(numbers), ...chosen])].sort((one, other) => stateRank(one) - stateRank(other)).map((state) => {
          const pressed = chosen.includes(state);
          return (
            <Button
              key={`${name}.${state}`}
              look="quiet"
              aria-pressed={pressed}
              data-state-filter={state}
              tight className={`${pressed ? "border-line-strong bg-selected text-text-1" : ""}`}
              onClick={() => filters.toggle(name, [state])}
            >
              <StateIcon state={state} /> {state} <span className="tabular text-text-3">{(numbers[state] ?? 0).toLocaleString()}</span>
            </Button>
          );
        });
      })}
    </div>
  );
}

/** Clusters come from the server; projects, namespaces and labels are suggested from the rows that were loaded. */
function Menus({ filters }: { filters: Filters }) {
  const clusters = useQuery({
    queryKey: ["clusters"],
    queryFn: () => get<{ items: Cluster[] | null }>("/api/v1/clusters"),
    staleTime: 60_000,
  });
  const loaded = useLoaded();
  const ofClusters = (clusters.data?.items ?? []).map((each) => ({
    name: each.name,
    values: each.tidegate?.aliases?.length ? each.tidegate.aliases : [each.name],
    number: each.info?.applicationsCount,
  }));
  const menus = [
    { name: "projects", word: "project", choices: loaded.projects, example: "payments" },
    { name: "cluster", word: "cluster", choices: ofClusters, example: "prod-koreacentral" },
    { name: "namespace", word: "namespace", choices: loaded.namespaces, example: "production" },
    { name: "selector", word: "labels", choices: loaded.labels, example: "team=payments" },
  ] as const;
  return menus.map(({ name, ...rest }) => (
    <FilterMenu key={name} {...rest} chosen={filters.of(name)} toggle={(values) => filters.toggle(name, values)} clear={() => filters.set(name, [])} />
  ));
}

function useLoaded(): Record<"projects" | "namespaces" | "labels", Choice[]> {
  const pages = useQueryClient().getQueriesData<ApplicationList>({ queryKey: ["applications"] });
  const apps = pages.flatMap(([, page]) => page?.items ?? []);
  const choices = (values: (string | undefined)[]) =>
    [...new Set(values)]
      .filter((value): value is string => Boolean(value))
      .sort()
      .map((value) => ({ name: value, values: [value] }));
  return {
    projects: choices(apps.map((app) => app.spec.project)),
    namespaces: choices(apps.map((app) => app.spec.destination?.namespace)),
    labels: choices(apps.flatMap((app) => Object.entries(app.metadata.labels ?? {}).map(([name, value]) => `${name}=${value}`))),
  };
}
