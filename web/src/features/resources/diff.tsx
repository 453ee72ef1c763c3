import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useMemo, useState } from "react";
import { readOf, type AppName } from "@/api/queries";
import type { ManagedResource } from "@/api/types";
import { t } from "@/lib/words";
import { Button, Empty, Failed, Skeleton } from "@/ui/controls";
import { State } from "@/ui/state";
import { Outdated } from "@/ui/outdated";
import { DiffSwitch } from "./diff-switch";
import { Hunks, sidesOf } from "./hunks";
import { idOf } from "./names";

interface Answer {
  items: ManagedResource[] | null;
}
interface Differing {
  item: ManagedResource;
  before: string[];
  after: string[];
}
/** So many are open at first; a page of hundreds stands still. */
const OPEN_FIRST = 20;

/** Every object of an application that is not as Git wants it. */
export default function Diff({ app }: { app: AppName }) {
  const found = useQuery(readOf<Answer>(app, "/managed-resources"));
  const differing = useMemo(
    () => (found.data?.items ?? []).map((item) => ({ item, ...sidesOf(item) })).filter(({ same }) => !same),
    [found.data],
  );
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState(true);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (differing.length === 0)
    return (
      <Empty title={t("noDifference")}>
        <p>{(found.data.items ?? []).length} objects were compared.</p>
      </Empty>
    );
  const turn = (id: string) => setTurned((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id])));
  const all = (next: boolean) => {
    setOpen(next);
    setTurned(new Set());
  };
  return (
    <>
      <Outdated query={found} />
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-1.5">
        <span className="text-text-2">
          <span className="tabular">{differing.length}</span> {t("of")} {(found.data.items ?? []).length} · − {t("liveState").toLowerCase()} + {t("desiredState").toLowerCase()}
        </span>
        <span className="ml-auto" />
        <Button look="quiet" onClick={() => all(!open)}>
          {open ? t("collapseAll") : t("expandAll")}
        </Button>
        <DiffSwitch />
      </div>
      <div className="min-h-0 flex-1 overflow-auto p-3" data-diff tabIndex={0} role="group" aria-label={t("diff")}>
        {differing.map((each, index) => {
          const first = open && index < OPEN_FIRST;
          return <One key={idOf(each.item)} {...each} open={turned.has(idOf(each.item)) ? !first : first} turn={() => turn(idOf(each.item))} />;
        })}
      </div>
    </>
  );
}

function One({ item, before, after, open, turn }: Differing & { open: boolean; turn: () => void }) {
  return (
    <section className="mb-3 overflow-hidden rounded-md border border-line bg-panel">
      <h2 className="text-[13px] leading-5">
        <button type="button" aria-expanded={open} onClick={turn} className="flex w-full items-center gap-3 px-3 py-1.5 text-left hover:bg-hover">
          <ChevronDown size={14} aria-hidden className={`shrink-0 text-text-3 ${open ? "" : "-rotate-90"}`} />
          <span className="min-w-0 truncate" title={item.name}>
            <span className="text-text-3">{item.kind}</span> {item.name}
          </span>
          <State state={before.length ? "OutOfSync" : "Missing"} />
          <span className="ml-auto shrink-0 font-normal text-text-3">{item.namespace}</span>
        </button>
      </h2>
      {open && <Hunks before={before} after={after} />}
    </section>
  );
}
