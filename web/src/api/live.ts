import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNow } from "@/lib/time";
import { get, lastAnswer, onAnswer } from "./client";
import { readStream } from "./stream";

const STALE_SECONDS = 10;
const BEAT_MS = 3000;
const RETRY_MS = 2000;

function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** Whether anybody can see the page; a hidden page asks nothing. */
export const useVisible = (): boolean =>
  useSyncExternalStore(onVisibility, () => document.visibilityState === "visible");

/** How long ago the server last answered, in seconds, and whether that is too long. */
export function useLiveness(): { seconds: number; stale: boolean } {
  const now = useNow();
  const answered = useSyncExternalStore(onAnswer, lastAnswer);
  const seconds = Math.max(0, Math.round((now - answered) / 1000));
  return { seconds, stale: seconds >= STALE_SECONDS };
}

/** Ask the cheapest question whenever nothing else was answered for three seconds. */
export function useHeartbeat(): void {
  const visible = useVisible();
  useEffect(() => {
    if (!visible) return;
    let asking = false;
    const timer = setInterval(() => {
      if (asking || Date.now() - lastAnswer() < BEAT_MS) return;
      asking = true;
      get("/api/version", {}, AbortSignal.timeout(5000))
        .catch(() => undefined)
        .finally(() => (asking = false));
    }, 1000);
    return () => clearInterval(timer);
  }, [visible]);
}

/** A number that changes when the server answers again after it was silent: what was open then is dead. */
export function useReturns(): number {
  const [returns, setReturns] = useState(0);
  useEffect(() => {
    let before = lastAnswer();
    return onAnswer(() => {
      const now = lastAnswer();
      if (now - before >= STALE_SECONDS * 1000) setReturns((count) => count + 1);
      before = now;
    });
  }, []);
  return returns;
}

/**
 * Follow a stream while the page is seen, again and again. Returns whether it streams;
 * where it does not (Azure Functions send whole answers, or the server fails it), the caller polls meanwhile.
 */
export function useStream<T>(path: string | null, onValue: (value: T) => void): boolean {
  const visible = useVisible();
  const returns = useReturns();
  const [streams, setStreams] = useState(true);
  const deliver = useRef(onValue);
  useEffect(() => {
    deliver.current = onValue;
  });
  useEffect(() => {
    if (!path || !visible) return;
    const stop = new AbortController();
    const follow = async () => {
      while (!stop.signal.aborted) {
        let told = false;
        const take = (value: T) => {
          told = true;
          setStreams(true);
          deliver.current(value);
        };
        const outcome = await readStream<T>(path, take, stop.signal).catch(() => "failed" as const);
        if (stop.signal.aborted) return;
        setStreams(outcome === true && told);
        if (outcome === false) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    };
    void follow();
    return () => stop.abort();
  }, [path, visible, returns]);
  return streams;
}
