import { Dialog as Radix } from "radix-ui";
import { useRef, type ReactNode } from "react";

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  wide?: boolean;
}

/** What is marked as the safe first thing has the focus, else what comes first. */
function focusFirst(event: Event): void {
  const first = event.currentTarget instanceof HTMLElement && event.currentTarget.querySelector("[data-first]");
  if (!(first instanceof HTMLElement)) return;
  event.preventDefault();
  first.focus();
}

/** Something that is asked or told above the page. */
export function Dialog({ open, onOpenChange, title, children, wide = false }: Props) {
  const before = useRef<Element>(null);
  const focusBack = (event: Event) => {
    event.preventDefault();
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            before.current = document.activeElement;
            focusFirst(event);
          }}
          onCloseAutoFocus={focusBack}
          className={`fixed top-[12vh] left-1/2 z-50 max-h-[76vh] w-[calc(100vw-24px)] -translate-x-1/2 overflow-auto rounded-md border border-line bg-raised p-5 shadow-overlay ${wide ? "max-w-3xl" : "max-w-md"}`}
        >
          <Radix.Title className="mb-3 text-[15px] font-semibold">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
