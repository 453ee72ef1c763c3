/** Requests to the REST API, in one place: cookies, errors as sentences, and when the server last answered. */

const listeners = new Set<() => void>();
let answeredAt = Date.now();

/** When the server last said anything, in milliseconds. */
export const lastAnswer = (): number => answeredAt;

export function onAnswer(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Note that the server has just been heard. */
export function heard(): void {
  answeredAt = Date.now();
  listeners.forEach((listener) => listener());
}

const signedOut = new Set<() => void>();

/** Be told when the server no longer knows who asks. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/** What the server refused, in its own sentence; status 0 is a server that does not answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type Query = Record<string, string | number | boolean | string[] | undefined>;

export function pathWith(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) value.forEach((each) => search.append(name, each));
    else if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const message = body && typeof body === "object" && "message" in body ? String(body.message) : "";
  return new ApiError(response.status, message || `The server answered ${response.status}.`);
}

/** Any request. Raises ApiError; who is told of 401 opens the login. */
export async function open(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-cache", ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, "The server does not answer.");
  }
  heard();
  if (response.status === 401) signedOut.forEach((listener) => listener());
  if (!response.ok) throw await refusal(response);
  return response;
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const response = await open(pathWith(path, query), signal ? { signal } : {});
  return (await response.json()) as T;
}

export async function send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const response = await open(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  return (await response.json()) as T;
}
