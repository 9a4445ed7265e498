import { Button, Icon } from "@kava/parts";
import type { ReceiptShown } from "@kava/contract";
import { useEffect, useState } from "react";
import { act, getReceipts, giveBack } from "../state/act";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** The latest receipts: look into one, print it again, give it back. */
export function Receipts() {
  const { say, money, day } = useWords();
  const dispatch = useDo();
  const receipts = useThe((state) => state.till.receipts);
  const serial = useThe((state) => state.till.screen?.serial);
  const [open, setOpen] = useState<string | null>(null);
  useEffect(() => void dispatch(getReceipts()), [dispatch, serial]);
  const one = receipts?.find(({ receipt }) => receipt === open) ?? receipts?.[0];
  return (
    <Pane title={say("more.receipts")}>
      {receipts?.length === 0 && <p className="nothing">{say("receipts.none")}</p>}
      <div className="receipts">
        <ol className="list" aria-label={say("more.receipts")}>
          {(receipts ?? []).map((receipt) => (
            <li key={receipt.receipt}>
              <button
                type="button"
                className={receipt === one ? "line current" : "line"}
                onClick={() => setOpen(receipt.receipt)}
              >
                <span className="qty">{receipt.time}</span>
                <span className="name">
                  {receipt.known ? say("receipts.guest") : day(receipt.day)}
                  {receipt.kind !== "sale" && <small>{say(`kind.${receipt.kind}`)}</small>}
                  {receipt.refunded_minor > 0 && (
                    <small className="refusal">{say("receipts.refunded", { sum: money(receipt.refunded_minor) })}</small>
                  )}
                </span>
                <span className="price">
                  <b>{money(receipt.net_minor)}</b>
                </span>
              </button>
            </li>
          ))}
        </ol>
        {one && <Receipt key={one.receipt} receipt={one} />}
      </div>
    </Pane>
  );
}

function Receipt({ receipt }: { receipt: ReceiptShown }) {
  const { say, money, amount, day } = useWords();
  const dispatch = useDo();
  const paying = useThe((state) => state.till.paying);
  const [sure, setSure] = useState(false);
  const left = receipt.net_minor - receipt.refunded_minor;
  const refund = () => {
    setSure(false);
    void dispatch(giveBack({ do: "refund", receipt: receipt.receipt }));
  };
  return (
    <article className="paper">
      <p>
        {day(receipt.day)}, {receipt.time}
        <small>{receipt.receipt}</small>
      </p>
      <ul>
        {receipt.lines.map((line) => (
          <li key={line.line}>
            <span>
              {line.qty} × {line.name}
            </span>
            <b>{amount(line.net_minor)}</b>
            <Button
              look="chip"
              disabled={left < line.net_minor || paying}
              onPress={() =>
                void dispatch(giveBack({ do: "refund", receipt: receipt.receipt, lines: [{ line: line.line, qty: line.qty }] }))
              }
            >
              {say("receipts.refund_line")}
            </Button>
          </li>
        ))}
      </ul>
      <p className="sum">
        <span>{receipt.paid.map((kind) => say(`pay.${kind}`)).join(", ")}</span>
        <b>{money(receipt.net_minor)}</b>
      </p>
      <div className="row">
        <Button onPress={() => void dispatch(act({ do: "reprint", receipt: receipt.receipt }))}>
          <Icon name="print" /> {say("receipts.reprint")}
        </Button>
        {sure ? (
          <Button look="danger" disabled={paying} onPress={refund}>
            {say("receipts.sure", { sum: money(left) })}
          </Button>
        ) : (
          <Button disabled={left <= 0 || paying} onPress={() => setSure(true)}>
            {say("receipts.refund")}
          </Button>
        )}
      </div>
    </article>
  );
}
