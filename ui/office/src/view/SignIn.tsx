import { type FormEvent, useState } from "react";
import { login } from "../state/act";
import { Fault } from "./Fault";
import { Field } from "./Field";
import { Gate } from "./Gate";
import { useDesk, useView, useWords } from "./use";

/** The door for those who have a password. */
export function SignIn() {
  const ask = useDesk();
  const { say } = useWords();
  const { busy, second } = useView(({ session }) => session);
  const [typed, type] = useState({ name: "", password: "", second: "" });
  const come = (event: FormEvent) => {
    event.preventDefault();
    void ask(login(typed));
  };
  const field = (name: keyof typeof typed) => ({ name, value: typed[name], onType: (value: string) => type({ ...typed, [name]: value }) });
  return (
    <Gate title={say("sign.title")} hint={say("sign.hint")}>
      <form onSubmit={come}>
        <Field {...field("name")} label={say("clerk.name")} complete="username" />
        <Field {...field("password")} label={say("sign.password")} kind="password" complete="current-password" />
        {second && <Field {...field("second")} label={say("sign.second")} complete="one-time-code" digits />}
        <Fault />
        <button type="submit" className="button main" disabled={busy || typed.name.trim() === "" || typed.password === "" || (second && typed.second === "")}>
          {say("sign.do")}
        </button>
      </form>
    </Gate>
  );
}
