import { t } from "@/lib/words";
import { Dialog } from "./dialog";

const KEYS: [string, string][] = [
  ["/", "search"],
  ["⌘K, Ctrl-K", "go to anything"],
  ["↑ ↓ Enter", "move in a list or graph, open"],
  ["x", "select the row"],
  ["g", "graph"],
  ["d", "difference"],
  ["h", "history"],
  ["l", "logs"],
  ["s", "sync (asks first)"],
  ["f", "fit the graph"],
  ["Esc", "close what is open"],
  ["?", "these keys"],
];

export function KeyList(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog {...props} title={t("keys")}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5">
        {KEYS.map(([key, words]) => (
          <div key={key} className="contents">
            <dt className="mono text-text-1">{key}</dt>
            <dd className="text-text-2">{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
