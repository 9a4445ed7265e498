import { type FormEvent, useState } from "react";
import { go } from "../state/act";
import { Field } from "./Field";
import { Paper } from "./Paper";
import { Story } from "./Story";
import { useDesk, useView, useWords } from "./use";

/** One receipt, found by its number: what was sold, what was decided, what the guard said. */
export function Receipts() {
  const ask = useDesk();
  const { say } = useWords();
  const of = useView(({ look }) => look.of);
  const [typed, type] = useState(of);
  const find = (event: FormEvent) => {
    event.preventDefault();
    void ask(go({ screen: "receipts", of: typed.trim() }));
  };
  return (
    <>
      <form className="search" onSubmit={find}>
        <Field name="receipt" kind="search" label={say("receipt.number")} value={typed} onType={type} />
        <button type="submit" className="button main" disabled={typed.trim() === ""}>
          {say("receipt.find")}
        </button>
      </form>
      {of === "" ? <p className="empty">{say("receipt.hint")}</p> : <Paper name="receipt">{(receipt) => <Story receipt={receipt} />}</Paper>}
    </>
  );
}
