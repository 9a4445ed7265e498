import type { CounterClose, Shift } from "../door/answers";
import { ClosePair } from "./ClosePair";
import { useWords } from "./use";

/** A counter's day beside the Z reports of its shifts. */
export function CloseCounter({ close: { counter, shifts, sales, refunds } }: { readonly close: CounterClose }) {
  const { say } = useWords();
  const of = say("close.counter", { counter });
  const theirs = say(shifts.some(({ by }) => by === "register") ? "close.z_register" : "close.z_counter");
  return (
    <section className="sheet" data-counter={counter}>
      <h2>{of}</h2>
      {shifts.length === 0 && <p className="hint">{say("close.no_shifts")}</p>}
      <ul className="log">
        {shifts.map((shift) => (
          <One key={shift.opened} shift={shift} />
        ))}
      </ul>
      <ClosePair label={say("close.sales")} of={of} theirs={theirs} pair={sales} />
      <ClosePair label={say("close.refunds")} of={of} theirs={theirs} pair={refunds} />
    </section>
  );
}

function One({ shift: { opened, closed, by, receipts, drawer_minor, counted_minor, fault } }: { readonly shift: Shift }) {
  const { say, when, number, amount } = useWords();
  const off = counted_minor === null ? 0 : counted_minor - drawer_minor;
  return (
    <li>
      <span>{closed === null ? say("close.shift_open", { from: when(opened) }) : say("close.shift", { from: when(opened), to: when(closed) })}</span>
      {by === "counter" && <small>{say("close.by_counter")}</small>}
      {receipts !== null && by !== null && <small>{say("close.z_receipts", { count: number(receipts) })}</small>}
      {off !== 0 && <small className="amber">{say("close.drawer", { off: amount(off) })}</small>}
      {fault !== null && <small className="amber">{say("close.z_fault", { fault })}</small>}
    </li>
  );
}
