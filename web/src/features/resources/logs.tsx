import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { pathWith } from "@/api/client";
import { pathTo, type AppName } from "@/api/queries";
import { readStream } from "@/api/stream";
import type { LogEntry, ResourceRef } from "@/api/types";
import { t } from "@/lib/words";
import { visible } from "@/lib/visible";
import { Button, Empty, Failed, Skeleton } from "@/ui/controls";
import { sizeOf } from "./code";

const TAIL = 500;
const KEPT = 20_000;
const KEPT_CHARACTERS = 16_000_000;
const WIDEST = 4000;
const COLOURS = 6;
const AGAIN_MS = 3000;

/** The lines of all pods, or of one object's, in one list with a coloured gutter. */
export default function Logs({ app, of }: { app: AppName; of?: ResourceRef }) {
  const [follow, setFollow] = useState(true);
  const [previous, setPrevious] = useState(false);
  const [wrap, setWrap] = useState(false);
  const [search, setSearch] = useState("");
  const query = useMemo(() => queryOf(app, of, previous), [app, of, previous]);
  const { lines, state, error } = useLines(pathTo(app, "/logs"), query, follow && !previous);
  const shown = useMemo(
    () => (search ? lines.filter((line) => line.content.toLowerCase().includes(search.toLowerCase())) : lines),
    [lines, search],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-panel">
      <div className="flex flex-wrap items-center gap-1.5 border-b border-line px-3 py-1.5">
        <input
          type="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          placeholder={t("findInLines")}
          aria-label={t("findInLines")}
          className="h-7 w-32 grow sm:max-w-44 sm:grow-0 rounded-md border border-line-strong bg-canvas px-2"
        />
        {search && <span role="status" className="tabular text-text-3">{shown.length.toLocaleString()} found</span>}
        <Toggle label={t("follow")} on={follow} set={setFollow} />
        <Toggle label={t("previousShort")} title={t("previous")} on={previous} set={setPrevious} />
        <Toggle label={t("wrap")} on={wrap} set={setWrap} />
        {state === "lost" && <span className="text-warn-fg">{t("lostStream")}</span>}
      </div>
      {error && <Failed error={error} />}
      {state === "opening" && !error && lines.length === 0 && <Skeleton />}
      {state !== "opening" && !error && lines.length === 0 && <Empty title={t("noLogs")} />}
      {lines.length > 0 && <Lines lines={shown} follow={follow} wrap={wrap} many={!of || of.kind !== "Pod"} />}
    </div>
  );
}

function queryOf(app: AppName, of: ResourceRef | undefined, previous: boolean) {
  const object =
    of?.kind === "Pod"
      ? { podName: of.name, namespace: of.namespace }
      : of
        ? { group: of.group, kind: of.kind, namespace: of.namespace, resourceName: of.name }
        : {};
  return { ...object, appNamespace: app.namespace, previous, tailLines: TAIL };
}

function Toggle({ label, title, on, set }: { label: string; title?: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <Button look="quiet" aria-pressed={on} title={title} tight className={`${on ? "bg-selected text-text-1" : ""}`} onClick={() => set(!on)}>
      {label}
    </Button>
  );
}

type Following = "opening" | "open" | "lost" | "ended";

/** Lines as they come; a stream that ends is followed again, and where there is none it is read anew. */
function useLines(path: string, query: Record<string, string | number | boolean | undefined>, follow: boolean) {
  const [lines, setLines] = useState<LogEntry[]>([]);
  const [state, setState] = useState<Following>("opening");
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    let waiting: LogEntry[] = [];
    let fresh = true;
    const flush = () => {
      if (waiting.length === 0) return;
      const more = waiting;
      const anew = fresh;
      [waiting, fresh] = [[], false];
      setLines((before) => newest(anew ? more : [...before, ...more]));
    };
    const timer = setInterval(flush, 100);
    const take = (entry: LogEntry) => {
      setState("open");
      if (!entry.last) waiting.push(entry);
    };
    const read = async () => {
      let streams = follow;
      while (!stop.signal.aborted) {
        fresh = true;
        const url = pathWith(path, { ...query, follow: streams });
        const whole = await readStream<LogEntry>(url, take, stop.signal, streams ? 5000 : 60_000);
        if (stop.signal.aborted) return;
        flush();
        setState(follow ? "lost" : "ended");
        if (!follow) return;
        streams = whole;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    };
    read().catch((problem: unknown) => {
      if (!stop.signal.aborted) setError(problem instanceof Error ? problem : new Error(String(problem)));
    });
    return () => {
      stop.abort();
      clearInterval(timer);
      setLines([]);
      setState("opening");
      setError(null);
    };
  }, [path, query, follow]);
  return { lines, state, error };
}

/** As many of the last lines as a browser can keep. */
function newest(lines: LogEntry[]): LogEntry[] {
  let first = Math.max(0, lines.length - KEPT);
  let room = KEPT_CHARACTERS;
  for (let index = lines.length - 1; index >= first; index--) {
    room -= lines[index]?.content.length ?? 0;
    if (room < 0 && index < lines.length - 1) first = index + 1;
  }
  return first > 0 ? lines.slice(first) : lines;
}

interface LinesProps {
  lines: LogEntry[];
  follow: boolean;
  wrap: boolean;
  many: boolean;
}

function Lines({ lines, follow, wrap, many }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 18,
    overscan: 20,
  });
  const pods = useMemo(() => [...new Set(lines.map((line) => line.podName))].sort(), [lines]);
  useEffect(() => {
    if (follow) rows.scrollToIndex(lines.length - 1);
  }, [follow, lines.length, rows]);
  return (
    <div ref={scroller} className="mono min-h-0 flex-1 overflow-auto py-1" tabIndex={0} role="log" aria-label={t("logs")} data-lines={lines.length}>
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const line = lines[row.index];
          if (!line) return null;
          const colour = `var(--gutter-${pods.indexOf(line.podName) % COLOURS})`;
          return (
            <div
              key={row.key}
              data-index={row.index}
              ref={wrap ? rows.measureElement : undefined}
              className={`absolute left-0 flex leading-[18px] ${wrap ? "w-full" : "min-w-full"}`}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <span aria-hidden className="mr-2 w-1 shrink-0" style={{ background: colour }} />
              <span className="mr-3 shrink-0 text-text-3" title={line.timeStampStr}>
                {line.timeStampStr?.slice(11, 23)}
              </span>
              {many && (
                <span className="mr-3 hidden w-20 shrink-0 truncate sm:inline" style={{ color: colour, direction: "rtl" }} title={line.podName}>
                  {line.podName}
                </span>
              )}
              <Content text={line.content} wrap={wrap} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A line of megabytes is cut in view; its button copies all of it. */
function Content({ text, wrap }: { text: string; wrap: boolean }) {
  const look = wrap ? "min-w-0 break-all whitespace-pre-wrap" : "whitespace-pre";
  if (text.length <= WIDEST) return <span className={look}>{visible(text)}</span>;
  return (
    <span className={look}>
      <button type="button" className="mr-2 rounded border border-line-strong px-1 text-text-2 hover:bg-hover" onClick={() => void navigator.clipboard.writeText(text)}>
        {t("copyLine")} ({sizeOf(text)})
      </button>
      {visible(text.slice(0, WIDEST))}…
    </span>
  );
}
