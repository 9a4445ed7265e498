import { type FormEvent, useState } from "react";
import { enter } from "../state/act";
import { Fault } from "./Fault";
import { Field } from "./Field";
import { Gate } from "./Gate";
import { useDesk, useView, useWords } from "./use";

/** Letters that a password has at least, as the office wants it. */
const LEAST = 12;

/** The door for those who follow a one-time link: who they are is known, a password is chosen. */
export function Enter() {
  const ask = useDesk();
  const { say, find, when } = useWords();
  const { busy, invited } = useView(({ session }) => session);
  const [password, type] = useState("");
  const [again, repeat] = useState("");
  if (invited === null) return null;
  const differs = again !== "" && again !== password;
  const come = (event: FormEvent) => {
    event.preventDefault();
    void ask(enter(password));
  };
  return (
    <Gate title={say("enter.title", { name: invited.name })} hint={say("enter.hint", { role: find(`role.${invited.role}`, "role.support"), time: when(invited.expires) })}>
      <form onSubmit={come}>
        <Field name="password" value={password} onType={type} label={say("enter.password", { least: String(LEAST) })} kind="password" complete="new-password" />
        <Field name="again" value={again} onType={repeat} label={say("enter.again")} kind="password" complete="new-password" />
        {differs && <p className="hint">{say("enter.differs")}</p>}
        <Fault />
        <button type="submit" className="button main" disabled={busy || password.length < LEAST || again !== password}>
          {say("enter.do")}
        </button>
      </form>
    </Gate>
  );
}
