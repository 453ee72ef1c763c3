import { useState, type FormEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { send } from "@/api/client";
import { queryClient } from "@/api/queries";
import { t } from "@/lib/words";
import { Button } from "@/ui/controls";
import { Mark } from "@/ui/mark";

const field = "mt-1 block h-9 w-full rounded-md border border-line-strong bg-panel px-2.5 text-[13px]";

export function Login() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await send("POST", "/api/v1/session", Object.fromEntries(form));
      queryClient.clear();
      const next = search.get("next") ?? "";
      await navigate(/^\/(?!\/)/.test(next) ? next : "/applications", { replace: true });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="grid h-full place-items-center p-4">
      <form onSubmit={(event) => void submit(event)} className="w-full max-w-80 rounded-md border border-line bg-panel p-6">
        <h1 className="mb-5 flex items-center gap-2">
          <Mark /> Tidegate
        </h1>
        <label className="mb-3 block text-text-2">
          {t("username")}
          <input name="username" autoComplete="username" autoFocus required className={field} />
        </label>
        <label className="mb-4 block text-text-2">
          {t("password")}
          <input name="password" type="password" autoComplete="current-password" required className={field} />
        </label>
        {problem && (
          <p role="alert" className="state-bad state-box mb-4 rounded-md border px-2.5 py-1.5">
            {problem}
          </p>
        )}
        <Button type="submit" look="primary" className="h-9 w-full" disabled={busy}>
          {t("login")}
        </Button>
      </form>
    </main>
  );
}
