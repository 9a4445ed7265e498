import type { PaidShown } from "@kava/contract";
import { useWords } from "./use";

/** What the next visit brings: the same card for the barista and for the guest. */
export function NextCard({ card }: { readonly card: PaidShown["next"][number] }) {
  const { say, percent, day } = useWords();
  return (
    <div className="next">
      <small>{say("paid.next")}</small>
      <b>−{percent(card.depth_bp)}</b>
      <span>
        {card.scope}, {say("paid.until", { day: day(card.until) })}
      </span>
    </div>
  );
}
