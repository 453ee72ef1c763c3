import { useMemo } from "react";
import type { ManagedResource } from "@/api/types";
import { diffLines, pathAt, type DiffLine } from "@/lib/line-diff";
import { t } from "@/lib/words";
import { parsed, yamlLines } from "@/lib/yaml";
import { YamlLine } from "./code";

const AROUND = 3;

/** An object as it is and as it would be. */
export function sidesOf(item: ManagedResource): { before: string[]; after: string[]; same: boolean } {
  const before = yamlLines(parsed(item.normalizedLiveState ?? item.liveState));
  const after = yamlLines(parsed(item.predictedLiveState ?? item.targetState));
  return { before, after, same: before.join("\n") === after.join("\n") };
}

/** What differs, each place under the path of its first changed field. */
export function Hunks({ before, after }: { before: string[]; after: string[] }) {
  const hunks = useMemo(() => hunksOf(diffLines(before, after)), [before, after]);
  if (hunks.length === 0) return <p className="p-4 text-text-2">{t("noDifference")}</p>;
  return (
    <div className="mono overflow-x-auto leading-[18px]">
      {hunks.map((hunk, index) => (
        <div key={index}>
          <div className="border-y border-line bg-canvas px-3 py-0.5 text-text-3 first:border-t-0">{pathOf(hunk, before, after)}</div>
          {hunk.map((line, row) => (
            <Line key={row} line={line} />
          ))}
        </div>
      ))}
    </div>
  );
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
