import type { Cause } from "@/api/types";
import { short } from "@/lib/application";
import { visible } from "@/lib/visible";
import { Ago, Copyable } from "@/ui/controls";

/** The sentence of what began a change, with the commit or the image. */
export function CauseLine({ cause }: { cause: Cause }) {
  const { text, commit, image, at, by } = cause;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2.5 pb-0.5" data-cause={cause.kind}>
      <span className="min-w-0 break-words">{visible(text)}</span>
      {commit && <Copyable value={commit.revision} shown={short(commit.revision)} />}
      {commit?.message && <span className="max-w-96 truncate text-text-2">“{visible(commit.message.split("\n")[0] ?? "")}”</span>}
      {image && <Copyable value={image.digest ? `${image.name}@${image.digest}` : `${image.name}:${image.tag}`} shown={`${image.name}:${image.tag}`} />}
      {by && <span className="text-text-2">{visible(by.replace(/ <.*/, ""))}</span>}
      {at && (
        <span className="text-text-3">
          <Ago at={at} />
        </span>
      )}
    </span>
  );
}
