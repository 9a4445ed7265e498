import { type FormEvent, useState } from "react";
import type { Erasure, Guest } from "../door/answers";
import { eraseGuest, exportGuest, findGuest } from "../state/privacy";
import { Fault } from "./Fault";
import { Field } from "./Field";
import { Heads, Paper, Table } from "./Paper";
import { Sure } from "./Sure";
import { useDesk, useView, useWords } from "./use";

/** So many digits of a hash tell erasures apart. */
const HASH = 12;

/** A guest asks what is kept of them, or to be erased; below, which counters have done it. */
export function Privacy() {
  const { say } = useWords();
  const { found, erased } = useView(({ privacy }) => privacy);
  return (
    <>
      <Find />
      <Fault />
      {erased !== null && (
        <p className="notice good" role="status">
          {say("privacy.erased")}
        </p>
      )}
      {found?.length === 0 && <p className="empty">{say("privacy.nobody")}</p>}
      {found?.map((guest) => (
        <One key={guest.customer} guest={guest} />
      ))}
      <h2>{say("privacy.erasures")}</h2>
      <Paper name="erasures">{(erasures) => <Erasures erasures={erasures} />}</Paper>
    </>
  );
}

function Find() {
  const ask = useDesk();
  const { say } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [typed, type] = useState("");
  const find = (event: FormEvent) => {
    event.preventDefault();
    void ask(findGuest(typed.trim()));
  };
  return (
    <form className="search" onSubmit={find}>
      <Field name="guest" kind="search" label={say("privacy.by")} value={typed} onType={type} />
      <button type="submit" className="button main" disabled={busy || typed.trim() === ""}>
        {say("receipt.find")}
      </button>
      <small>{say("privacy.hint")}</small>
    </form>
  );
}

function One({ guest: { customer, joined, name, phone_end, receipts, seen } }: { readonly guest: Guest }) {
  const ask = useDesk();
  const { say, when, number } = useWords();
  const busy = useView(({ session }) => session.busy);
  const facts = [
    joined === null ? say("privacy.by_card") : say("privacy.joined", { when: when(joined) }),
    phone_end === "" ? "" : say("privacy.phone", { digits: phone_end }),
    say("privacy.receipts", { count: number(receipts) }),
    seen === null ? "" : say("privacy.seen", { when: when(seen) }),
  ];
  return (
    <section className="sheet" data-guest={customer}>
      <h2 dir="auto">{name === "" ? say("privacy.guest") : name}</h2>
      <p>
        <code>{customer}</code>
      </p>
      <p className="hint">{facts.filter((fact) => fact !== "").join(" · ")}</p>
      <div className="pair">
        <button type="button" className="button" disabled={busy} onClick={() => void ask(exportGuest(customer))}>
          {say("privacy.export")}
        </button>
        <Sure sure={say("privacy.erase_now")} back={say("privacy.erase_not")} onSure={() => void ask(eraseGuest(customer))}>
          {say("privacy.erase")}
        </Sure>
      </div>
    </section>
  );
}

function Erasures({ erasures }: { readonly erasures: readonly Erasure[] }) {
  const { say, when, number } = useWords();
  if (erasures.length === 0) return <p className="empty">{say("privacy.none")}</p>;
  return (
    <Table label={say("privacy.erasures")}>
      <Heads words={[say("deed.at"), say("privacy.who"), say("privacy.waits")]} numbers={[say("privacy.done")]} />
      <tbody>
        {erasures.map(({ id, who, at, done, open, out }) => (
          <tr key={id} data-erasure={id}>
            <td>{when(at)}</td>
            <th scope="row">
              <code>{who.slice(0, HASH)}</code>
            </th>
            <td>
              {open.length === 0 ? say("privacy.everywhere") : <em className="amber">{open.join(", ")}</em>}
              {out.length > 0 && <small className="below">{say("privacy.out", { counters: out.join(", ") })}</small>}
            </td>
            <td className="number">{say("privacy.done_of", { done: number(done.length), all: number(done.length + open.length) })}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
