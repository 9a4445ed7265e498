import { Facts } from "@kava/parts";
import type { Decision, Receipt, ReceiptLine } from "../door/answers";
import { Heads, Table } from "./Paper";
import { useWords } from "./use";

/** One receipt from what was sold to the record that holds it. */
export function Story({ receipt }: { readonly receipt: Receipt }) {
  const { say, when, money, find, number } = useWords();
  const { kind, lines = [], payments = [] } = receipt;
  const paid = payments.map(({ kind, minor }) => `${find(`pay.${kind}`, "pay.other")} ${money(minor)}`).join(", ");
  return (
    <article className="story" data-receipt={receipt.receipt}>
      <section className="sheet">
        <h2>{when(receipt.at, receipt.utc_offset_min)}</h2>
        <Facts
          rows={[
            { name: say("story.counter"), value: say("counter.named", { shop: receipt.shop, counter: receipt.counter }) },
            { name: say("story.kind"), value: kind === undefined ? "–" : find(`kind.${kind}`, "kind.other") },
            { name: say("story.guest"), value: receipt.erased ? say("story.erased") : (receipt.customer ?? say("story.unknown")) },
            { name: say("story.net"), value: money(receipt.net_minor) },
            { name: say("story.saved"), value: money(receipt.saved_minor) },
            { name: say("story.paid"), value: paid || "–" },
            ...receipt.refunds.map(({ at, net_minor }) => ({ name: say("story.refund"), value: `${money(net_minor)}, ${when(at)}` })),
          ]}
        />
      </section>
      {lines.length > 0 && <Lines lines={lines} />}
      {receipt.decision === null ? <p className="empty">{say("story.no_decision")}</p> : <Decided decision={receipt.decision} lines={lines} />}
      <section className="sheet">
        <h2>{say("story.record")}</h2>
        <Facts
          rows={[
            { name: say("story.place"), value: say("story.place_of", { seq: number(receipt.record.seq), epoch: String(receipt.record.epoch) }) },
            { name: say("story.received"), value: when(receipt.record.received) },
            { name: say("story.hash"), value: <code>{receipt.record.hash}</code> },
            { name: say("story.prev_hash"), value: <code>{receipt.record.prev_hash}</code> },
            { name: say("story.payload_hash"), value: <code>{receipt.record.payload_hash}</code> },
          ]}
        />
      </section>
    </article>
  );
}

function Lines({ lines }: { readonly lines: readonly ReceiptLine[] }) {
  const { say, amount } = useWords();
  const costs = lines.some(({ floor_minor }) => floor_minor != null);
  const numbers = [say("line.qty"), say("line.list"), say("line.discount"), say("line.net")];
  return (
    <Table label={say("story.lines")}>
      <Heads words={[say("menu.product")]} numbers={[...numbers, ...(costs ? [say("menu.floor"), say("menu.cost")] : [])]} />
      <tbody>
        {lines.map((line) => (
          <tr key={line.line}>
            <td dir="auto">{line.name}</td>
            <td className="number">{line.qty}</td>
            <td className="number">{amount(line.list_minor)}</td>
            <td className="number saved">{line.discount_minor > 0 ? `−${amount(line.discount_minor)}` : ""}</td>
            <td className="number">
              <b>{amount(line.net_minor)}</b>
            </td>
            {costs && <td className="number">{line.floor_minor == null ? "–" : amount(line.floor_minor)}</td>}
            {costs && <td className="number">{line.cost_minor == null ? "–" : amount(line.cost_minor)}</td>}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Decided({ decision, lines }: { readonly decision: Decision; readonly lines: readonly ReceiptLine[] }) {
  const { say, percent, scope, find, dayOf } = useWords();
  const { offers, chosen } = decision;
  // A campaign is no card of the guest's, and may be chosen all the same.
  const shown = chosen === null || offers.some(({ id }) => id === chosen.id) ? offers : [...offers, chosen];
  const named = (line: number) => lines.find((one) => one.line === line)?.name ?? say("refusal.whole");
  return (
    <section className="sheet">
      <h2>{say("story.decision")}</h2>
      <Facts
        rows={[
          { name: say("story.segment"), value: decision.segment ?? "–" },
          { name: say("story.arm"), value: decision.holdout ? say("story.holdout") : (decision.arm ?? "–") },
          { name: say("story.next"), value: decision.next === null ? "–" : say("story.next_of", { depth: percent(decision.next.depth_bp), what: scope(decision.next.scope), day: dayOf(decision.next.until) }) },
          { name: say("story.policy"), value: <code>{decision.policy}</code> },
          { name: say("story.menu"), value: <code>{decision.menu}</code> },
          { name: say("story.bundle"), value: decision.bundle === null ? say("story.rules") : <code>{decision.bundle}</code> },
        ]}
      />
      <h3>{say("story.offers")}</h3>
      <ul className="offers">
        {shown.map((offer) => (
          <li key={offer.id} className={offer.id === chosen?.id ? "chosen" : undefined}>
            <b>−{percent(offer.depth_bp)}</b> <span dir="auto">{scope(offer.scope)}</span> <small>{find(`reason.${offer.reason}`, "reason.other")}</small>
            {offer.id === chosen?.id && <span className="badge in_order">{say("story.chosen")}</span>}
          </li>
        ))}
      </ul>
      <h3>{say("story.guard")}</h3>
      {decision.refusals.length === 0 ? (
        <p className="hint">{say("story.no_refusals")}</p>
      ) : (
        <ul className="why">
          {decision.refusals.map(({ code, line }, nth) => (
            <li key={nth}>
              <span dir="auto">{named(line)}</span>: {find(`refusal.${code}`, "refusal.other")}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
