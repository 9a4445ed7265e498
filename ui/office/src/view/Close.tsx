import { type FormEvent, type MouseEvent, useState } from "react";
import type { Close as Seen } from "../door/answers";
import { bringStatement, chooseClose } from "../state/closing";
import { hundredths } from "../state/draft";
import { CloseCounter } from "./CloseCounter";
import { ClosePair } from "./ClosePair";
import { Fault } from "./Fault";
import { Field, Options } from "./Field";
import { Heads, Paper, Table } from "./Paper";
import { Taken } from "./Taken";
import { useDesk, useView, useWords } from "./use";

/** The close of a day: what counters recorded, the register counted and the acquirer says, to 0.00 or to named receipts. */
export function Close() {
  const ask = useDesk();
  const { say } = useWords();
  const { shop, day } = useView(({ closing }) => closing);
  const seen = useView(({ desk }) => desk.close.value);
  const shops = seen?.shops ?? [];
  return (
    <>
      <div className="pair sift">
        <Field name="day" kind="date" label={say("receipts.day")} value={day} onType={(chosen) => void ask(chooseClose({ day: chosen }))} />
        {shops.length > 1 && (
          <Options name="shop" label={say("shop.shop")} value={shop === "" ? seen?.shop ?? "" : shop} onChoose={(chosen) => void ask(chooseClose({ shop: chosen }))}>
            {shops.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </Options>
        )}
      </div>
      <Paper name="close">{(close) => <Shown key={`${close.shop} ${close.day}`} close={close} />}</Paper>
    </>
  );
}

function Shown({ close }: { readonly close: Seen }) {
  const { say, day } = useWords();
  const { acquirer, counters, open } = close;
  const pairs = [...counters.flatMap(({ sales, refunds }) => [sales, refunds]), ...(acquirer === null ? [] : [acquirer.pair])];
  const isEven = pairs.every(({ difference_minor }) => difference_minor === 0);
  const isTold = pairs.every(({ open_minor }) => open_minor === 0);
  const word = isEven ? "close.even" : isTold ? "close.told" : "close.untold";
  return (
    <>
      <p className="hint">
        {say("close.of", { day: day(close.day), shop: close.shop })} <Taken what="close" query={{ shop: close.shop, day: close.day }} />
      </p>
      {open.length > 0 && (
        <ul className="log sheet" data-testid="open">
          {open.map(({ counter, why }) => (
            <li key={`${counter} ${why}`}>
              <span>{say(`close.open_${why}`, { counter })}</span>
            </li>
          ))}
        </ul>
      )}
      {counters.length === 0 ? (
        <p className="empty">{say("receipts.none")}</p>
      ) : (
        <p className={isEven ? "notice good" : "notice"} role="status" data-testid="verdict">
          {say(open.length > 0 ? "close.incomplete" : word)}
        </p>
      )}
      {counters.map((one) => (
        <CloseCounter key={one.counter} close={one} />
      ))}
      <Acquirer close={close} />
      <Sums close={close} />
    </>
  );
}

/** The acquirer's statement, and a way to bring one. */
function Acquirer({ close: { acquirer } }: { readonly close: Seen }) {
  const { say, when, number } = useWords();
  return (
    <section className="sheet" data-testid="acquirer">
      <h2>{say("close.acquirer")}</h2>
      {acquirer === null ? (
        <p className="hint">{say("close.no_statement")}</p>
      ) : (
        <>
          <p className="hint">
            {acquirer.name === "" ? say("close.total_by", { who: acquirer.made_by, when: when(acquirer.made) }) : say("close.statement_by", { who: acquirer.made_by, when: when(acquirer.made), name: acquirer.name })}
            {acquirer.rows > 0 && ` ${say("close.matched", { matched: number(acquirer.matched), rows: number(acquirer.rows), by_sum: number(acquirer.by_sum) })}`}
          </p>
          <ClosePair label={say("close.cards")} theirs={say("close.acquirer_says")} pair={acquirer.pair} />
        </>
      )}
      <Bring />
    </section>
  );
}

/** A browser says nothing where the same file is chosen again, though it may have been mended meanwhile. */
const empty = ({ currentTarget }: MouseEvent<HTMLInputElement>) => void (currentTarget.value = "");

function Bring() {
  const ask = useDesk();
  const { say } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [total, type] = useState("");
  const total_minor = hundredths(total);
  const take = (file: File | undefined) => file !== undefined && void ask(bringStatement({ file, name: file.name }));
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (total_minor !== null) void ask(bringStatement({ total_minor }));
  };
  return (
    <form className="bring" onSubmit={send} noValidate>
      <label className="field" htmlFor="field-statement">
        <span>{say("close.bring")}</span>
        <input id="field-statement" name="statement" type="file" accept=".csv,.xlsx,.txt" disabled={busy} onClick={empty} onChange={({ target }) => take(target.files?.[0])} />
      </label>
      <Field name="total" label={say("close.total")} value={total} digits onType={type} wrong={total !== "" && total_minor === null ? say("gap.money") : undefined} />
      <Fault />
      <button type="submit" className="button" disabled={busy || total_minor === null}>
        {say("close.put")}
      </button>
    </form>
  );
}

/** How it was paid, the tax in it, and by which programme guests saved. */
function Sums({ close: { totals, payments, taxes, discounts } }: { readonly close: Seen }) {
  const { say, find, amount, number, percent } = useWords();
  return (
    <>
      <Table label={say("close.payments")}>
        <Heads words={[say("close.payments")]} numbers={[say("close.taken"), say("story.refund")]} />
        <tbody>
          {payments.map(({ kind, taken_minor, back_minor }) => (
            <tr key={kind}>
              <th scope="row">{kind === "unknown" ? say("close.erased") : find(`pay.${kind}`, "pay.other")}</th>
              <td className="number">{amount(taken_minor)}</td>
              <td className="number">{back_minor !== 0 && amount(back_minor)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{say("close.sum", { receipts: number(totals.receipts) })}</th>
            <td className="number" data-testid="net">{amount(totals.net_minor)}</td>
            <td className="number">{totals.refunded_minor !== 0 && amount(totals.refunded_minor)}</td>
          </tr>
        </tbody>
      </Table>
      <Table label={say("close.taxes")}>
        <Heads words={[say("close.taxes")]} numbers={[say("close.taxed"), say("close.tax")]} />
        <tbody>
          {taxes.map(({ tax_bp, net_minor, tax_minor }) => (
            <tr key={tax_bp}>
              <th scope="row">{tax_bp === null ? say("close.erased") : percent(tax_bp)}</th>
              <td className="number">{amount(net_minor)}</td>
              <td className="number">{tax_minor === null ? "–" : amount(tax_minor)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Table label={say("close.discounts")}>
        <Heads words={[say("close.discounts")]} numbers={[say("figure.receipts"), say("line.discount")]} />
        <tbody>
          {discounts.map(({ programme, title, receipts, saved_minor }) => (
            <tr key={`${programme} ${title}`}>
              <th scope="row" dir="auto">
                {title === null ? say(`programme.${programme}`) : `${say(`programme.${programme}`)}: ${title}`}
              </th>
              <td className="number">{number(receipts)}</td>
              <td className="number">{amount(saved_minor)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}
