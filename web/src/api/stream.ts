import { ApiError, heard, open } from "./client";

/**
 * Read a stream of `{result}` lines until it ends or the signal stops it.
 *
 * On Azure Functions answers are sent whole: who hears nothing within `patience` milliseconds gets `false`
 * and polls instead.
 */
export async function readStream<T>(
  path: string,
  onValue: (value: T) => void,
  signal: AbortSignal,
  patience = 4000,
): Promise<boolean> {
  const stop = new AbortController();
  const end = () => stop.abort();
  signal.addEventListener("abort", end);
  const timer = setTimeout(end, patience);
  try {
    const response = await open(path, { signal: stop.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) return false;
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return true;
      clearTimeout(timer);
      heard();
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line) deliver(line, onValue);
    }
  } catch (error) {
    if (signal.aborted) return true;
    if (stop.signal.aborted) return false;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

function deliver<T>(line: string, onValue: (value: T) => void): void {
  const message = JSON.parse(line) as { result?: T; error?: { http_code: number; message: string } };
  if (message.error) throw new ApiError(message.error.http_code, message.error.message);
  if (message.result !== undefined) onValue(message.result);
}
