import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type KeyboardEvent } from "react";
import { useLocation, useNavigate } from "react-router";
import { get } from "@/api/client";
import type { ApplicationList } from "@/api/types";
import { pathOf } from "@/lib/application";
import { t } from "@/lib/words";
import { useRested } from "./controls";
import { Dialog } from "./dialog";
import { State } from "./state";

const SHOWN = 8;
const PAGES = [
  { path: "/applications", name: t("applications"), health: "" },
  { path: "/applicationsets", name: t("applicationSets"), health: "" },
  { path: "/clusters", name: t("clusters"), health: "" },
  { path: "/changes", name: t("changes"), health: "" },
  { path: "/messages", name: t("messages"), health: "" },
  { path: "/applications?health=Degraded", name: `${t("applications")}: Degraded`, health: "" },
  { path: "/applications?sync=OutOfSync", name: `${t("applications")}: OutOfSync`, health: "" },
];
const VIEWS = ["graph", "resources", "diff", "history", "events", "logs", "manifest"] as const;

/** Go to an application, a view of the one that is open, or a page, by a few letters. */
export function Palette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  return (
    <Dialog open={open} onOpenChange={setOpen} title={t("goTo")}>
      {open && <Choices close={() => setOpen(false)} />}
    </Dialog>
  );
}

function Choices({ close }: { close: () => void }) {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const search = useRested(text.trim(), 120);
  const found = useQuery({
    queryKey: ["palette", search],
    queryFn: () =>
      get<ApplicationList>("/api/v1/applications", { search, limit: SHOWN, fields: "metadata.counts,items.metadata,items.status.health" }),
    placeholderData: (before) => before,
  });
  const here = /^\/applications\/[^/]+\/[^/]+/.exec(pathname)?.[0];
  const views = here ? VIEWS.map((view) => ({ path: `${here}/${view}`, name: `${decodeURIComponent(here.split("/")[3] ?? "")}: ${t(view)}`, health: "" })) : [];
  const fits = ({ name }: { name: string }) => name.toLowerCase().includes(text.trim().toLowerCase());
  const apps = (found.data?.items ?? []).map((app) => ({ path: pathOf(app), name: app.metadata.name, health: app.status.health.status }));
  const choices = [...apps, ...[...views, ...PAGES].filter(fits)];
  const go = (path: string | undefined) => {
    if (!path) return;
    close();
    void navigate(path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(choices.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") go(choices[at]?.path);
    else return;
    event.preventDefault();
  };
  return (
    <div onKeyDown={onKeyDown}>
      <input
        data-first
        role="combobox"
        aria-expanded
        aria-controls="palette"
        aria-activedescendant={`palette-${at}`}
        aria-label={t("goTo")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        className="mb-2 h-8 w-full rounded-md border border-line-strong bg-canvas px-2.5"
      />
      <ul id="palette" role="listbox" aria-label={t("goTo")}>
        {choices.map(({ path, name, health }, index) => (
          <li
            key={path}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={() => go(path)}
            className={`flex h-8 items-center gap-3 rounded px-2 ${index === at ? "bg-selected" : "hover:bg-hover"}`}
          >
            <span className="min-w-0 flex-1 truncate">{name}</span>
            {health && <State state={health} />}
          </li>
        ))}
      </ul>
    </div>
  );
}
