import { t } from "@/lib/words";
import { Button } from "@/ui/controls";
import { setSplit, useSplit } from "./diff-mode";

/** Inline or side by side. */
export function DiffSwitch() {
  const split = useSplit();
  return (
    <div role="group" aria-label={t("difference")} className="flex gap-0.5">
      {[false, true].map((each) => (
        <Button key={String(each)} look="quiet" aria-pressed={split === each} className={split === each ? "bg-selected text-text-1" : ""} onClick={() => setSplit(each)}>
          {each ? t("sideBySide") : t("inline")}
        </Button>
      ))}
    </div>
  );
}
