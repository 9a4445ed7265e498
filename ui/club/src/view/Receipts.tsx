import type { Receipt } from "../door/answers";
import { more } from "../state/act";
import { useApp, useView, useWords } from "./use";

/** Every receipt, and what was saved with each: their sum is what stands on the screen before. */
export function Receipts() {
  const ask = useApp();
  const { say, money } = useWords();
  const { home, older, ended } = useView(({ account }) => account);
  if (home === null) return null;
  const all = [...home.receipts, ...older];
  return (
    <section>
      <p className="sum" data-testid="sum">
        {say("receipts.sum", { sum: money(home.saved_minor, home.currency) })}
      </p>
      {all.length === 0 && <p className="empty">{say("receipts.none")}</p>}
      <ul className="receipts">
        {all.map((receipt) => (
          <li key={receipt.receipt}>
            <One receipt={receipt} currency={home.currency} />
          </li>
        ))}
      </ul>
      {!ended && (
        <button type="button" className="button" onClick={() => void ask(more())}>
          {say("receipts.more")}
        </button>
      )}
    </section>
  );
}

function One({ receipt, currency }: { readonly receipt: Receipt; readonly currency: string }) {
  const { say, money, day, time, amount } = useWords();
  const { at, utc_offset_min: offset } = receipt;
  const saved = receipt.saved_minor > 0 ? say("receipts.saved", { sum: money(receipt.saved_minor, currency) }) : say("receipts.full");
  return (
    <details>
      <summary>
        <span>
          {day(at, offset)}, {time(at, offset)}
          <small>{receipt.returned ? say("receipts.returned") : saved}</small>
        </span>
        <b data-saved={receipt.saved_minor}>{money(receipt.net_minor, currency)}</b>
      </summary>
      <table>
        <tbody>
          {receipt.lines.map((line, nth) => (
            <tr key={nth}>
              <td dir="auto">{line.name}</td>
              <td>{line.qty}</td>
              <td>{amount(line.net_minor)}</td>
              <td className="saved">{line.saved_minor > 0 ? `−${amount(line.saved_minor)}` : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <small>{say("receipts.number", { number: receipt.receipt })}</small>
    </details>
  );
}
