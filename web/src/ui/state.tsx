import {
  ArrowDownUp,
  Check,
  CircleHelp,
  CirclePause,
  Clock,
  Ghost,
  Heart,
  HeartCrack,
  LoaderCircle,
  Trash2,
  X,
  type LucideIcon,
} from "lucide-react";

type Tone = "good" | "busy" | "warn" | "bad" | "calm" | "lost";

/** Every state as tone, icon and word. */
const STATES: Record<string, { tone: Tone; icon: LucideIcon; word?: string; turns?: boolean }> = {
  Synced: { tone: "good", icon: Check },
  OutOfSync: { tone: "warn", icon: ArrowDownUp },
  Healthy: { tone: "good", icon: Heart },
  Progressing: { tone: "busy", icon: LoaderCircle, turns: true },
  Degraded: { tone: "bad", icon: HeartCrack },
  Missing: { tone: "lost", icon: Ghost },
  Suspended: { tone: "calm", icon: CirclePause },
  Unknown: { tone: "calm", icon: CircleHelp },
  Stale: { tone: "warn", icon: Clock },
  Running: { tone: "busy", icon: LoaderCircle, turns: true },
  Terminating: { tone: "busy", icon: LoaderCircle, turns: true },
  Succeeded: { tone: "good", icon: Check },
  Failed: { tone: "bad", icon: X },
  Error: { tone: "bad", icon: X },
  Successful: { tone: "good", icon: Check, word: "Connected" },
  Pruned: { tone: "calm", icon: Trash2 },
};

const UNKNOWN = { tone: "calm", icon: CircleHelp } as const;
const known = (state: string) => STATES[state] ?? UNKNOWN;

/** The order in which states are listed. */
export const stateRank = (state: string): number => Object.keys(STATES).indexOf(state);

export const toneOf = (state: string): Tone => known(state).tone;

export function StateIcon({ state, size = 14 }: { state: string; size?: number }) {
  const { icon: Icon, tone, turns } = { turns: false, ...known(state) };
  return (
    <Icon size={size} aria-hidden className={`state-${tone} state-text shrink-0 ${turns ? "turning" : ""}`} />
  );
}

/** Colour, icon and word; `title` says more. */
export function State({ state, title }: { state: string; title?: string | undefined }) {
  const { tone, word } = { word: undefined, ...known(state) };
  return (
    <span
      className={`state-${tone} state-text inline-flex items-center gap-1.5 align-middle whitespace-nowrap`}
      title={title}
      data-state-word={state}
    >
      <StateIcon state={state} />
      {word ?? state}
    </span>
  );
}
