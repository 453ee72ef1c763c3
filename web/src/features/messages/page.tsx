import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { send } from "@/api/client";
import { usePages } from "@/api/pages";
import type { Message } from "@/api/types";
import { t } from "@/lib/words";
import { visible } from "@/lib/visible";
import { Ago, Button, Empty, Failed, Skeleton } from "@/ui/controls";
import { Dialog } from "@/ui/dialog";
import { More } from "@/ui/more";
import { Outdated } from "@/ui/outdated";

const pathOf = ({ id }: Message, rest = "") => `/api/v1/messages/${encodeURIComponent(id)}${rest}`;

/** What the queues gave up: why, since when, and the way to do it again. */
export function MessagesPage() {
  const found = usePages<Message>("messages");
  const [dropping, setDropping] = useState<Message | null>(null);
  useEffect(() => {
    document.title = "Messages · Tidegate";
  }, []);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <Failed error={found.error} retry={() => void found.refetch()} />;
  const messages = found.data.pages.flatMap((page) => page.items ?? []);
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-panel">
      <h1 className="sr-only">{t("messages")}</h1>
      <Outdated query={found} />
      {messages.length === 0 && !found.hasNextPage && (
        <Empty title={t("noMessages")}>
          <p>{t("noMessagesHelp")}</p>
        </Empty>
      )}
      <ul aria-label={t("messages")}>
        {messages.map((message) => (
          <Row key={message.id} message={message} drop={() => setDropping(message)} />
        ))}
      </ul>
      <More pages={found} />
      {dropping && <Drop message={dropping} close={() => setDropping(null)} />}
    </div>
  );
}

/** A retry or a deletion, and the list anew. */
function useAct(act: () => Promise<unknown>, done?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["messages"] });
      done?.();
    },
  });
}

function Row({ message, drop }: { message: Message; drop: () => void }) {
  const again = useAct(() => send("POST", pathOf(message, "/retry")));
  const { reason, queue, subject, kind, count, trace, firstAt, lastAt } = message;
  return (
    <li data-message={message.id} className="flex flex-wrap items-start gap-x-4 gap-y-1 border-b border-line px-4 py-2">
      <div className="min-w-0 flex-1 basis-80">
        <p className="flex flex-wrap items-baseline gap-x-2.5">
          <span className="min-w-0 font-medium break-all">{visible(subject || kind || message.id)}</span>
          <span className="text-text-2">{queue}</span>
          {trace && (
            <Link className="mono text-accent hover:underline" to={`/changes/${encodeURIComponent(trace)}`}>
              {trace.slice(0, 8)}
            </Link>
          )}
          <span className="tabular text-text-3">
            {count > 1 && `×${count}, `}
            <Ago at={firstAt} />
            {count > 1 && (
              <>
                {" – "}
                <Ago at={lastAt} />
              </>
            )}
          </span>
        </p>
        <p className="break-words text-bad-fg">
          {reason ? visible([reason.error, reason.message].filter(Boolean).join(": ")) : t("noReason")}
        </p>
        {reason?.where && <p className="mono break-all text-text-3">{reason.where}</p>}
        <details>
          <summary className="cursor-pointer text-text-2">{message.bytes.toLocaleString()} bytes</summary>
          <pre className="mono mt-1 max-h-48 overflow-auto rounded-md border border-line bg-canvas p-2 break-all whitespace-pre-wrap" tabIndex={0}>
            {visible(message.text)}
          </pre>
        </details>
        {again.error && (
          <p role="alert" className="text-bad-fg">
            {again.error.message}
          </p>
        )}
      </div>
      <div className="flex gap-1.5">
        <Button disabled={again.isPending} onClick={() => again.mutate()}>
          {t("retry")}
        </Button>
        <Button look="danger" onClick={drop}>
          {t("delete")}…
        </Button>
      </div>
    </li>
  );
}

function Drop({ message, close }: { message: Message; close: () => void }) {
  const drop = useAct(() => send("DELETE", pathOf(message)), close);
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={`${t("delete")}: ${message.subject || message.id}`}>
      <p className="text-text-2">{t("dropHelp")}</p>
      {drop.error && <Failed error={drop.error} />}
      <div className="mt-4 flex justify-end gap-2">
        <Button data-first onClick={close}>
          {t("cancel")}
        </Button>
        <Button look="danger" disabled={drop.isPending} onClick={() => drop.mutate()}>
          {t("delete")}
        </Button>
      </div>
    </Dialog>
  );
}
