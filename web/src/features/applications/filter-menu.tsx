import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useState, type KeyboardEvent } from "react";
import { t, type Word } from "@/lib/words";
import { Button } from "@/ui/controls";

export interface Choice {
  name: string;
  /** What the server is asked for; a cluster has several names. */
  values: string[];
  number?: number | undefined;
}

interface Props {
  word: Word;
  choices: Choice[];
  chosen: string[];
  toggle: (values: string[]) => void;
  clear: () => void;
  /** What may be typed that is not listed, as an example. */
  example: string;
}

/** One filter: a list to tick, and a field for what is not in it. */
export function FilterMenu({ word, choices, chosen, toggle, clear, example }: Props) {
  const [text, setText] = useState("");
  const listed = new Set(choices.flatMap(({ values }) => values));
  const all = [...chosen.filter((value) => !listed.has(value)).map((value) => ({ name: value, values: [value] })), ...choices];
  const shown: Choice[] = all.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
  const isOn = ({ values }: Choice) => values.every((value) => chosen.includes(value));
  const number = all.filter(isOn).length;
  const add = (event: KeyboardEvent) => {
    const value = text.trim();
    if (event.key !== "Enter" || !value) return;
    event.preventDefault();
    const known = choices.find(({ name }) => name === value);
    if (!known || !isOn(known)) toggle(known?.values ?? [value]);
    setText("");
  };
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet" data-filter={word} tight className={`${number > 0 ? "border-line-strong bg-selected text-text-1" : ""}`}>
          {t(word)}
          {number > 0 && <span className="max-w-32 truncate font-medium">{number === 1 ? all.find(isOn)?.name : number}</span>}
          <ChevronDown size={12} aria-hidden className="text-text-3" />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="start" sideOffset={4} aria-label={t(word)} className="z-30 w-64 rounded-md border border-line bg-raised p-2 shadow-overlay">
          <input
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={add}
            placeholder={example}
            aria-label={`${t(word)}: ${t("typeToAdd")}`}
            className="mb-1 h-7 w-full rounded-md border border-line-strong bg-canvas px-2 placeholder:text-text-3"
          />
          <ul className="max-h-64 overflow-auto">
            {shown.slice(0, 100).map((choice) => (
              <li key={choice.name}>
                <label className="flex h-7 items-center gap-2 rounded px-1.5 hover:bg-hover">
                  <input type="checkbox" checked={isOn(choice)} onChange={() => toggle(choice.values)} className="accent-accent" />
                  <span className="min-w-0 flex-1 truncate" title={choice.name}>
                    {choice.name}
                  </span>
                  {choice.number !== undefined && <span className="tabular text-text-3">{choice.number.toLocaleString()}</span>}
                </label>
              </li>
            ))}
          </ul>
          <p className="flex min-h-7 items-center px-1.5 text-text-3">
            <span className="flex-1">{t("typeToAdd")}</span>
            {number > 0 && (
              <Button look="quiet" tight onClick={clear}>
                {t("clear")}
              </Button>
            )}
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
