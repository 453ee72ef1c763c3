import { useCallback, useMemo, useState } from "react";
import type { AppName } from "@/api/queries";

const keyOf = ({ namespace, name }: AppName): string => `${namespace}/${name}`;

export interface Selection {
  names: AppName[];
  has: (app: AppName) => boolean;
  toggle: (app: AppName) => void;
  add: (apps: AppName[]) => void;
  clear: () => void;
}

/** The applications that were ticked. They stay ticked while filters and rows change. */
export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, AppName>>(new Map());
  const toggle = useCallback(
    (app: AppName) =>
      setChosen((before) => {
        const after = new Map(before);
        if (!after.delete(keyOf(app))) after.set(keyOf(app), { namespace: app.namespace, name: app.name });
        return after;
      }),
    [],
  );
  const add = useCallback(
    (apps: AppName[]) => setChosen((before) => new Map([...before, ...apps.map((app) => [keyOf(app), app] as const)])),
    [],
  );
  const clear = useCallback(() => setChosen(new Map()), []);
  return useMemo(
    () => ({ names: [...chosen.values()], has: (app) => chosen.has(keyOf(app)), toggle, add, clear }),
    [chosen, toggle, add, clear],
  );
}
