import { Button, Icon } from "@kava/parts";
import type { PaidShown } from "@kava/contract";
import { act } from "../state/act";
import { NextCard } from "./NextCard";
import { useDo, useThe, useWords } from "./use";

/** A sale has ended: change, what was saved, what comes next. The next scan or tap begins the next sale. */
export function Paid({ paid }: { paid: PaidShown }) {
  const { say, money } = useWords();
  const dispatch = useDo();
  // Of a split bill the rest is in the cart already.
  const cart = useThe((state) => state.till.screen?.cart);
  const waits = cart && cart.lines.length > 0 ? cart : null;
  return (
    <section className="paid" data-testid="paid">
      <div className="tick">
        <Icon name="check" />
        <div>
          <h1>{say("paid.title")}</h1>
          <b className="net">{money(paid.net_minor)}</b>
        </div>
      </div>
      {paid.change_minor > 0 && (
        <p className="change">
          {say("paid.change")} <b>{money(paid.change_minor)}</b>
        </p>
      )}
      {paid.saved_minor > 0 && (
        <p className="saved">
          {say("paid.saved", { sum: money(paid.saved_minor) })}
          {paid.saved_all_minor !== null && <small>{say("paid.saved_all", { sum: money(paid.saved_all_minor) })}</small>}
        </p>
      )}
      {paid.segment_before && paid.segment_after && paid.segment_before !== paid.segment_after && (
        <p className="moved">
          {paid.segment_before} → {paid.segment_after}
        </p>
      )}
      {paid.next.map((card) => (
        <NextCard key={card.id} card={card} />
      ))}
      {waits && (
        <p className="waits">
          <Icon name="wait" />
          {say("split.left", { sum: money(waits.net_minor) })}
        </p>
      )}
      <div className="row">
        <Button look="main" onPress={() => void dispatch(act({ do: "next" }))}>
          {say(waits ? "split.next" : "paid.again")}
        </Button>
        <Button
          look="quiet"
          label={say("paid.reprint")}
          onPress={() => void dispatch(act({ do: "reprint", receipt: paid.receipt }))}
        >
          <Icon name="print" />
        </Button>
      </div>
      <small className="number">{say("paid.receipt", { receipt: paid.receipt })}</small>
    </section>
  );
}
