import { type FormEvent, useState } from "react";
import { enter } from "../state/act";
import { Fault } from "./Fault";
import { Gate } from "./Gate";
import { NewPassword } from "./NewPassword";
import { useDesk, useView, useWords } from "./use";

/** The door for those who follow a one-time link: who they are is known, a password is chosen. */
export function Enter() {
  const ask = useDesk();
  const { say, when } = useWords();
  const { busy, invited } = useView(({ session }) => session);
  const [password, choose] = useState<string | null>(null);
  if (invited === null) return null;
  const come = (event: FormEvent) => {
    event.preventDefault();
    if (password !== null) void ask(enter(password));
  };
  return (
    <Gate title={say("enter.title", { name: invited.name })} hint={say("enter.hint", { role: say(`role.${invited.role}`), time: when(invited.expires) })}>
      <form onSubmit={come}>
        <NewPassword onChoose={choose} />
        <Fault />
        <button type="submit" className="button main" disabled={busy || password === null}>
          {say("enter.do")}
        </button>
      </form>
    </Gate>
  );
}
