import { Qr } from "@kava/parts";
import { type FormEvent, useState } from "react";
import type { Secret } from "../door/answers";
import { changePassword, confirmSecond, offerSecond, removeSecond } from "../state/self";
import { Fault } from "./Fault";
import { Field } from "./Field";
import { NewPassword } from "./NewPassword";
import { useDesk, useView, useWords } from "./use";

/** One's own way in: the password, and a second device. */
export function Self() {
  const second = useView(({ session }) => session.clerk?.second ?? false);
  return (
    <>
      <Fault />
      <div className="selves">
        <Password />
        {second ? <Remove /> : <Offer />}
      </div>
    </>
  );
}

function Password() {
  const ask = useDesk();
  const { say } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [old, type] = useState("");
  const [fresh, choose] = useState<string | null>(null);
  const [done, finish] = useState(false);
  const come = (event: FormEvent) => {
    event.preventDefault();
    if (fresh !== null) void ask(changePassword({ old, fresh })).unwrap().then(finish);
  };
  return (
    <form className="sheet" onSubmit={come}>
      <h2>{say("sign.password")}</h2>
      <Field name="old" kind="password" complete="current-password" label={say("self.old")} value={old} onType={type} />
      <NewPassword onChoose={choose} />
      {done && (
        <p className="notice good" role="status">
          {say("self.changed")}
        </p>
      )}
      <button type="submit" className="button main" disabled={busy || old === "" || fresh === null}>
        {say("self.change")}
      </button>
    </form>
  );
}

/** A second device is added in two steps: it learns the secret, then shows that it did. */
function Offer() {
  const ask = useDesk();
  const { say } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [secret, show] = useState<Secret | null>(null);
  const [digits, type] = useState("");
  const come = (event: FormEvent) => {
    event.preventDefault();
    if (secret === null) void ask(offerSecond()).unwrap().then((made) => show((before) => made ?? before));
    else void ask(confirmSecond(digits));
  };
  return (
    <form className="sheet" onSubmit={come}>
      <h2>{say("self.second")}</h2>
      <p className="hint">{say("self.second_why")}</p>
      {secret !== null && (
        <>
          <Qr text={secret.uri} label={say("self.qr")} />
          <p className="notice">
            <span>
              {say("self.secret")} <code>{secret.secret.match(/.{1,4}/g)?.join(" ")}</code> <a href={secret.uri}>{say("self.open")}</a>
            </span>
          </p>
          <Field name="digits" label={say("self.digits")} complete="one-time-code" digits value={digits} onType={type} />
        </>
      )}
      <button type="submit" className="button main" disabled={busy || (secret !== null && digits.trim() === "")}>
        {say(secret === null ? "self.add" : "self.confirm")}
      </button>
    </form>
  );
}

function Remove() {
  const ask = useDesk();
  const { say } = useWords();
  const busy = useView(({ session }) => session.busy);
  const [password, type] = useState("");
  const come = (event: FormEvent) => {
    event.preventDefault();
    void ask(removeSecond(password));
  };
  return (
    <form className="sheet" onSubmit={come}>
      <h2>{say("self.second")}</h2>
      <p className="notice good">{say("self.second_on")}</p>
      <Field name="mine" kind="password" complete="current-password" label={say("sign.password")} value={password} onType={type} />
      <button type="submit" className="button danger" disabled={busy || password === ""}>
        {say("self.remove")}
      </button>
    </form>
  );
}
