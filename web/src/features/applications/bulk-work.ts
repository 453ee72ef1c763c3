import { oneApplicationNow, refresh, startSync, type AppName } from "@/api/queries";
import type { Application } from "@/api/types";
import { isRunning } from "@/lib/application";

const LOOK_MS = 1000;
const PATIENCE_MS = 120_000;

/** How far one application has come. */
export interface Outcome {
  state: string;
  message: string;
  ended: boolean;
  failed: boolean;
}

type Asked = Application & { operation?: unknown };

const refused = (error: unknown): Outcome => ({
  state: "Failed",
  message: error instanceof Error ? error.message : String(error),
  ended: true,
  failed: true,
});

const phaseOf = (app: Application, ended: boolean): Outcome => {
  const state = app.status.operationState?.phase ?? "Succeeded";
  const failed = ["Failed", "Error"].includes(state);
  return { state, message: app.status.operationState?.message ?? "", ended, failed };
};

/** Ask for a sync and tell how it goes until it has ended, or for two minutes. */
export async function* syncOne(app: AppName, wish: object, signal: AbortSignal): AsyncGenerator<Outcome> {
  try {
    yield { state: "Running", message: "", ended: false, failed: false };
    let now: Asked = await startSync(app, wish);
    const end = Date.now() + PATIENCE_MS;
    while (now.operation || isRunning(now)) {
      if (signal.aborted) return;
      if (Date.now() > end) {
        yield { state: "Running", message: "Still running after two minutes; its page shows how far it is.", ended: true, failed: false };
        return;
      }
      yield { ...phaseOf(now, false), state: "Running" };
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      now = await oneApplicationNow(app);
    }
    yield phaseOf(now, true);
  } catch (error) {
    yield refused(error);
  }
}

/** Compare again, and tell what was found. */
export async function* refreshOne(app: AppName): AsyncGenerator<Outcome> {
  try {
    yield { state: "Running", message: "", ended: false, failed: false };
    const { sync, health } = (await refresh(app)).status;
    yield { state: sync.status, message: health.message || health.status, ended: true, failed: false };
  } catch (error) {
    yield refused(error);
  }
}
