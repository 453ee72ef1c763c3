import { Copy } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { useEffect, useState } from "react";
import { ago, useNow } from "@/lib/time";

type Look = "primary" | "plain" | "quiet" | "danger";
const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-hover font-medium",
  plain: "bg-panel text-text-1 border-line-strong hover:bg-hover",
  quiet: "border-transparent text-text-2 hover:bg-hover hover:text-text-1",
  danger: "bg-panel text-bad-fg border-bad-line hover:bg-bad-bg",
};

export function Button({
  look = "plain",
  tight = false,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; tight?: boolean }) {
  return (
    <button
      type="button"
      className={`inline-flex h-7 items-center justify-center gap-1.5 rounded-md border whitespace-nowrap select-none disabled:cursor-not-allowed disabled:opacity-50 ${tight ? "px-1.5" : "px-2.5"} ${LOOKS[look]} ${className}`}
      {...rest}
    />
  );
}

/** `4 min ago`, the exact time in the title. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="tabular whitespace-nowrap">
      {ago(at, now)}
    </time>
  );
}

/** A value that copies itself on click. */
export function Copyable({ value, shown }: { value: string; shown?: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      title={copied ? "copied" : `copy ${value}`}
      className="mono group relative inline-flex items-center rounded hover:bg-hover"
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        void navigator.clipboard.writeText(value).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 1200);
        });
      }}
    >
      {shown ?? value}
      <Copy size={11} aria-hidden className="absolute -right-3.5 text-text-3 opacity-0 group-hover:opacity-100 group-focus:opacity-100" />
    </button>
  );
}

/** Lines in the shape of what will come, after 200 ms. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-busy="true" aria-label="loading" className="space-y-2 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton h-5" style={{ width: `${88 - ((row * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** What would be here, and how it gets here. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mx-auto max-w-xl px-6 py-16 text-center text-text-2">
      <h2 className="mb-2 text-text-1">{title}</h2>
      {children}
    </div>
  );
}

export function CommandLine({ children }: { children: string }) {
  return (
    <code className="mono mt-2 inline-block rounded-md border border-line bg-panel px-3 py-1.5 text-left select-all">
      {children}
    </code>
  );
}

/** The server's sentence, and the way out. */
export function Failed({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  return (
    <div role="alert" className="state-bad state-box m-4 flex items-center gap-3 rounded-md border px-3 py-2">
      <span className="min-w-0 flex-1 break-words">{error.message}</span>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** A value that follows another after a moment of rest. */
export function useRested<T>(value: T, milliseconds: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}
