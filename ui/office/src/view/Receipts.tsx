import { type FormEvent, useState } from "react";
import type { ReceiptPage, ReceiptRow } from "../door/answers";
import { go } from "../state/act";
import { newerReceipts, olderReceipts } from "../state/receipts";
import { Field } from "./Field";
import { Link } from "./Link";
import { Heads, Paper, Table } from "./Paper";
import { Sift } from "./Sift";
import { Story } from "./Story";
import { Taken } from "./Taken";
import { useDesk, useView, useWords } from "./use";

/** The receipts of a day; or one, found by its number: what was sold, what was decided, what the guard said. */
export function Receipts() {
  const { say } = useWords();
  const of = useView(({ look }) => look.of);
  return (
    <>
      <Find key={of} of={of} />
      {of === "" ? (
        <>
          <Sift />
          <Paper name="receipts">{(page) => <Page page={page} />}</Paper>
        </>
      ) : (
        <>
          <p>
            <Link to={{ screen: "receipts", of: "" }}>{say("receipts.back")}</Link>
          </p>
          <Paper name="receipt">{(receipt) => <Story receipt={receipt} />}</Paper>
        </>
      )}
    </>
  );
}

/** One receipt by its number. */
function Find({ of }: { readonly of: string }) {
  const ask = useDesk();
  const { say } = useWords();
  const [typed, type] = useState(of);
  const find = (event: FormEvent) => {
    event.preventDefault();
    void ask(go({ screen: "receipts", of: typed.trim() }));
  };
  return (
    <form className="search" onSubmit={find}>
      <Field name="receipt" kind="search" label={say("receipt.number")} value={typed} onType={type} />
      <button type="submit" className="button main" disabled={typed.trim() === ""}>
        {say("receipt.find")}
      </button>
      <small>{say("receipt.hint")}</small>
    </form>
  );
}

function Page({ page }: { readonly page: ReceiptPage }) {
  const ask = useDesk();
  const { say, day } = useWords();
  const { shop, counter, passed } = useView(({ sift }) => sift);
  const first = passed.length === 0;
  const numbers = [say("line.discount"), say("story.net"), say("story.refund")];
  return (
    <>
      <p className="hint">
        {say("receipts.of_day", { day: day(page.day) })} <Taken what="receipts" query={{ from: page.day, until: page.day, shop, counter }} />
      </p>
      {page.receipts.length === 0 ? (
        <p className="empty">{say("receipts.none")}</p>
      ) : (
        <Table label={say("screen.receipts")}>
          <Heads words={[say("receipts.time"), say("shop.shop"), say("story.counter"), say("receipt.number")]} numbers={numbers} />
          <tbody>
            {page.receipts.map((receipt) => (
              <Row key={receipt.receipt} receipt={receipt} />
            ))}
          </tbody>
        </Table>
      )}
      {(!first || page.more) && (
        <div className="pair">
          <button type="button" className="button" disabled={first} onClick={() => void ask(newerReceipts())}>
            {say("receipts.newer")}
          </button>
          <button type="button" className="button" disabled={!page.more} onClick={() => void ask(olderReceipts())}>
            {say("receipts.older")}
          </button>
        </div>
      )}
    </>
  );
}

function Row({ receipt: { receipt, shop, counter, at, utc_offset_min, charged, saved_minor, net_minor, refunded_minor } }: { readonly receipt: ReceiptRow }) {
  const { say, amount, time } = useWords();
  const whole = (
    <Link to={{ screen: "receipts", of: receipt }}>
      <code>{receipt}</code>
    </Link>
  );
  return (
    <tr data-row={receipt}>
      <td>{time(at, utc_offset_min)}</td>
      <td>{shop}</td>
      <td>{counter}</td>
      <th scope="row">{whole}</th>
      <td className="number saved">{saved_minor > 0 && `−${amount(saved_minor)}`}</td>
      <td className="number">{charged ? amount(net_minor) : <em className="amber">{say("receipts.free")}</em>}</td>
      <td className="number">{refunded_minor > 0 && amount(refunded_minor)}</td>
    </tr>
  );
}
