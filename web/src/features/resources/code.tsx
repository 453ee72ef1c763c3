import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { t } from "@/lib/words";
import { visible } from "@/lib/visible";
import { Button } from "@/ui/controls";

const LINE = 18;
/** Below it all lines are in the page, so that the browser's own search finds them. */
const WHOLE_MOST = 1500;
const WIDEST = 4000;

/** Lines of text with their numbers, to read and to copy. */
export function Code({ lines, label }: { lines: string[]; label: string }) {
  return (
    <div className="group relative flex min-h-0 flex-1 flex-col">
      <Button className="absolute top-2 right-3 z-1" onClick={() => void navigator.clipboard.writeText(lines.join("\n"))}>
        {t("copy")}
      </Button>
      {lines.length > WHOLE_MOST ? <Windowed lines={lines} label={label} /> : <Whole lines={lines} label={label} />}
    </div>
  );
}

function Whole({ lines, label }: { lines: string[]; label: string }) {
  return (
    <pre className="mono min-h-0 flex-1 overflow-auto py-2 leading-[18px]" tabIndex={0} role="region" aria-label={label}>
      {lines.map((line, index) => (
        <Line key={index} text={line} number={index + 1} />
      ))}
    </pre>
  );
}

function Windowed({ lines, label }: { lines: string[]; label: string }) {
  const scroller = useRef<HTMLPreElement>(null);
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => LINE, overscan: 30 });
  return (
    <pre ref={scroller} className="mono min-h-0 flex-1 overflow-auto py-2 leading-[18px]" tabIndex={0} role="region" aria-label={label} data-lines={lines.length}>
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <div key={row.key} className="absolute left-0" style={{ transform: `translateY(${row.start}px)` }}>
            <Line text={lines[row.index] ?? ""} number={row.index + 1} />
          </div>
        ))}
      </div>
    </pre>
  );
}

function Line({ text, number }: { text: string; number: number }) {
  return (
    <div className="flex">
      <span aria-hidden className="w-10 shrink-0 pr-3 text-right text-text-3 select-none">
        {number}
      </span>
      <YamlLine text={text} />
    </div>
  );
}

/** A key in another colour than its value: enough to see the shape. A very wide line is cut in view, not in a copy. */
export function YamlLine({ text }: { text: string }) {
  const cut = text.length > WIDEST;
  const seen = visible(cut ? text.slice(0, WIDEST) : text);
  const found = /^(\s*(?:- )*)([^\s:"][^:]*|"[^"]*")(:)(\s.*)?$/.exec(seen);
  const rest = cut && <span className="text-text-3">… {sizeOf(text)}</span>;
  if (!found)
    return (
      <span className="whitespace-pre">
        {seen || " "}
        {rest}
      </span>
    );
  return (
    <span className="whitespace-pre">
      {found[1]}
      <span className="text-accent">{found[2]}</span>
      <span className="text-text-3">:</span>
      {found[4]}
      {rest}
    </span>
  );
}

/** `2.1 MB`: how long a text is. */
export const sizeOf = (text: string): string =>
  text.length < 1_000_000 ? `${Math.round(text.length / 1000)} kB` : `${(text.length / 1_000_000).toFixed(1)} MB`;
