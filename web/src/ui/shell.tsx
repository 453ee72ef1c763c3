import { useQuery } from "@tanstack/react-query";
import { Clock, Contrast, Keyboard, LogOut, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { get, onSignedOut, send } from "@/api/client";
import { useHeartbeat, useLiveness, useReturns, useVisible } from "@/api/live";
import { queryClient } from "@/api/queries";
import type { MessagePage } from "@/api/types";
import { onKey } from "@/lib/keys";
import { switchTheme } from "@/lib/theme";
import { t } from "@/lib/words";
import { Button } from "./controls";
import { KeyList } from "./key-list";
import { Palette } from "./palette";
import { Mark } from "./mark";

interface User {
  loggedIn: boolean;
  username: string;
}

const PAGES = [
  ["/applications", t("applications"), t("apps")],
  ["/applicationsets", t("applicationSets"), t("sets")],
  ["/clusters", t("clusters"), t("clusters")],
  ["/changes", t("changes"), t("changes")],
  ["/messages", t("messages"), t("messages")],
] as const;

/** Header, navigation and the page. Sends to the login who is not logged in. */
export function Shell() {
  useHeartbeat();
  const location = useLocation();
  const navigate = useNavigate();
  const [keysShown, setKeysShown] = useState(false);
  const { stale } = useLiveness();
  const user = useQuery({
    queryKey: ["user"],
    queryFn: () => get<User>("/api/v1/session/userinfo"),
    staleTime: 60_000,
  });
  const [out, setOut] = useState(false);

  const returns = useReturns();

  useEffect(() => {
    if (returns > 0) void queryClient.invalidateQueries();
  }, [returns]);
  useEffect(() => onSignedOut(() => setOut(true)), []);
  useEffect(() => {
    if (out) void navigate(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
  }, [out, navigate, location]);
  useEffect(() => onKey({ "?": () => setKeysShown(true) }), []);

  if (out) return null;
  return (
    <div className="flex h-full flex-col">
      <Header name={user.data?.username ?? ""} showKeys={() => setKeysShown(true)} />
      <main className={`flex min-h-0 flex-1 flex-col ${stale ? "muted-by-age" : ""}`} data-stale={stale}>
        <Outlet />
      </main>
      <Palette />
      <KeyList open={keysShown} onOpenChange={setKeysShown} />
    </div>
  );
}

function Header({ name, showKeys }: { name: string; showKeys: () => void }) {
  const navigate = useNavigate();
  async function logOut() {
    await send("DELETE", "/api/v1/session");
    queryClient.clear();
    await navigate("/login");
  }
  return (
    <header className="flex h-11 shrink-0 items-center gap-1 border-b border-line bg-panel px-3">
      <NavLink to="/applications" className="mr-2 flex shrink-0 items-center gap-2 font-semibold max-sm:mr-1" aria-label="Tidegate">
        <Mark />
        <span className="hidden sm:inline">Tidegate</span>
      </NavLink>
      <nav aria-label={t("pages")} className="flex min-w-0 flex-1 overflow-x-auto">
        {PAGES.map(([path, word, brief]) => (
          <NavLink
            key={path}
            to={path}
            className={({ isActive }) =>
              `flex h-11 items-center border-b-2 px-2 whitespace-nowrap max-sm:px-1 max-sm:text-[12px] ${isActive ? "border-accent font-medium text-text-1" : "border-transparent text-text-2 hover:text-text-1"}`
            }
          >
            <span className="sm:hidden">{brief}</span>
            <span className="max-sm:hidden">{word}</span>
            {path === "/messages" && <GivenUp />}
          </NavLink>
        ))}
      </nav>
      <LiveMark />
      <Button look="quiet" tight className="max-sm:hidden" onClick={showKeys} title={`${t("keys")} (?)`} aria-label={t("keys")}>
        <Keyboard size={16} aria-hidden />
      </Button>
      <Button look="quiet" tight onClick={switchTheme} title={t("theme")} aria-label={t("theme")}>
        <Contrast size={16} aria-hidden />
      </Button>
      <Button look="quiet" tight onClick={() => void logOut()} title={`${t("logout")} ${name}`} aria-label={t("logout")}>
        <LogOut size={16} aria-hidden />
      </Button>
    </header>
  );
}

/** A mark beside Messages while there are any. */
function GivenUp() {
  const visible = useVisible();
  const found = useQuery({
    queryKey: ["messages", "some"],
    queryFn: ({ signal }) => get<MessagePage>("/api/v1/messages", { limit: 1 }, signal),
    refetchInterval: visible && 60_000,
    retry: false,
  });
  if (!found.data?.items?.length) return null;
  return (
    <span className="ml-1 inline-flex text-warn-fg" data-given-up title={t("someMessages")}>
      <TriangleAlert size={13} aria-hidden />
      <span className="sr-only">{t("someMessages")}</span>
    </span>
  );
}

/** `live ● 1 s`, or a clock with the age of what is shown. */
function LiveMark() {
  const { seconds, stale } = useLiveness();
  if (stale)
    return (
      <span
        role="status"
        data-live="stale"
        className="state-warn state-box inline-flex items-center gap-1.5 rounded-md border px-2 whitespace-nowrap"
        title={`${t("serverSilent")}; what is shown is ${seconds} s old. It comes back by itself.`}
      >
        <Clock size={13} aria-hidden />
        <span className="tabular">
          {t("stale")} {seconds} s
        </span>
      </span>
    );
  return (
    <span data-live="live" className="tabular inline-flex items-center gap-1.5 px-1 whitespace-nowrap text-text-3" title={`The server answered ${seconds} s ago`}>
      <span className="max-sm:sr-only">{t("live")}</span> <span aria-hidden className="state-good state-text text-[9px]">●</span>
      <span className="inline-block min-w-6 text-right max-sm:hidden">{seconds} s</span>
    </span>
  );
}
