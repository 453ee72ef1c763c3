import { useMemo, useState } from "react";
import type { ManagedResource } from "@/api/types";
import { diffLines, pathAt, type DiffLine } from "@/lib/line-diff";
import { t } from "@/lib/words";
import { parsed, yamlLines } from "@/lib/yaml";
import { Button } from "@/ui/controls";
import { YamlLine } from "./code";
import { useSplit } from "./diff-mode";

const AROUND = 3;
const SHOWN_MOST = 2000;

/** An object as it is and as it would be. */
export function sidesOf(item: ManagedResource): { before: string[]; after: string[]; same: boolean } {
  const before = yamlLines(parsed(item.normalizedLiveState ?? item.liveState));
  const after = yamlLines(parsed(item.predictedLiveState ?? item.targetState));
  return { before, after, same: before.join("\n") === after.join("\n") };
}

/** What differs, each place under the path of its first changed field. */
export function Hunks({ before, after }: { before: string[]; after: string[] }) {
  const [whole, setWhole] = useState(false);
  const split = useSplit();
  const hunks = useMemo(() => hunksOf(diffLines(before, after)), [before, after]);
  if (hunks.length === 0) return <p className="p-4 text-text-2">{t("noDifference")}</p>;
  const Body = split ? Sides : Inline;
  const lines = hunks.reduce((sum, hunk) => sum + hunk.length, 0);
  const shown = whole ? hunks : upTo(hunks, SHOWN_MOST);
  return (
    <div className="mono leading-[18px]" data-hunks={split ? "split" : "inline"}>
      {shown.map((hunk, index) => (
        <div key={index}>
          <div className="truncate border-y border-line bg-canvas px-3 py-0.5 text-text-2" title={pathOf(hunk, before, after)}>
            {pathOf(hunk, before, after)}
          </div>
          <Body lines={hunk} />
        </div>
      ))}
      {!whole && lines > SHOWN_MOST && (
        <p className="p-2">
          <Button onClick={() => setWhole(true)}>
            {t("showAll")}: {lines.toLocaleString()}
          </Button>
        </p>
      )}
    </div>
  );
}

/** The first so many lines; a browser stands still over more. */
function upTo(hunks: DiffLine[][], most: number): DiffLine[][] {
  let room = most;
  return hunks
    .map((hunk) => {
      const lines = hunk.slice(0, Math.max(0, room));
      room -= lines.length;
      return lines;
    })
    .filter((hunk) => hunk.length > 0);
}

function Inline({ lines }: { lines: DiffLine[] }) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={t("difference")}>
      <div className="w-max min-w-full">
        {lines.map((line, row) => (
          <Line key={row} line={line} />
        ))}
      </div>
    </div>
  );
}

/** Live on the left, desired on the right; what replaces each other stands beside each other. */
function Sides({ lines }: { lines: DiffLine[] }) {
  const rows = useMemo(() => beside(lines), [lines]);
  return (
    <div className="grid grid-cols-2 divide-x divide-line">
      {(["left", "right"] as const).map((side) => (
        <div key={side} className="min-w-0 overflow-x-auto" tabIndex={0} role="group" aria-label={t(side === "left" ? "liveState" : "desiredState")}>
          <div className="w-max min-w-full">
            {rows.map((row, index) => (
              <Half key={index} line={row[side]} right={side === "right"} />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

function Half({ line, right }: { line: DiffLine | undefined; right: boolean }) {
  if (!line) return <div className="h-[18px] bg-canvas" />;
  const colour = line.kind === "add" ? "bg-add-bg" : line.kind === "remove" ? "bg-remove-bg" : "";
  return (
    <div className={`flex h-[18px] ${colour}`}>
      <span aria-hidden className="w-9 shrink-0 pr-2 text-right text-text-3 select-none">
        {right ? line.after : line.before}
      </span>
      <span className="w-4 shrink-0 select-none">{line.kind === "add" ? "+" : line.kind === "remove" ? "−" : " "}</span>
      <YamlLine text={line.text} />
    </div>
  );
}

function beside(lines: DiffLine[]): { left?: DiffLine; right?: DiffLine }[] {
  const rows: { left?: DiffLine; right?: DiffLine }[] = [];
  let open = 0;
  for (const line of lines) {
    if (line.kind === "same") {
      rows.push({ left: line, right: line });
      open = rows.length;
    } else if (line.kind === "remove") {
      rows.push({ left: line });
    } else {
      const row = rows.slice(open).find((each) => !each.right);
      if (row) row.right = line;
      else rows.push({ right: line });
    }
  }
  return rows;
}

function Line({ line }: { line: DiffLine }) {
  const [colour, sign] =
    line.kind === "add" ? ["bg-add-bg", "+"] : line.kind === "remove" ? ["bg-remove-bg", "−"] : ["", " "];
  return (
    <div className={`flex ${colour}`}>
      <span aria-hidden className="w-9 shrink-0 pr-2 text-right text-text-3 select-none">
        {line.kind === "add" ? "" : line.before}
      </span>
      <span aria-hidden className="w-9 shrink-0 pr-2 text-right text-text-3 select-none">
        {line.kind === "remove" ? "" : line.after}
      </span>
      <span className="w-4 shrink-0 select-none">{sign}</span>
      <YamlLine text={line.text} />
    </div>
  );
}

function pathOf(hunk: DiffLine[], before: string[], after: string[]): string {
  const changed = hunk.find((line) => line.kind !== "same");
  if (!changed) return "";
  return changed.kind === "add" ? pathAt(after, changed.after - 1) : pathAt(before, changed.before - 1);
}

function hunksOf(lines: DiffLine[]): DiffLine[][] {
  const hunks: DiffLine[][] = [];
  let end = -1;
  lines.forEach((line, index) => {
    if (line.kind === "same") return;
    const start = Math.max(index - AROUND, end + 1);
    const stop = Math.min(lines.length - 1, index + AROUND);
    const more = lines.slice(start, stop + 1);
    const last = hunks.at(-1);
    if (last && index - AROUND <= end + 1) last.push(...more);
    else hunks.push(more);
    end = Math.max(end, stop);
  });
  return hunks;
}
