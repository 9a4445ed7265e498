import { Icon } from "@kava/parts";
import { type FormEvent, useState } from "react";
import type { Profile as Said } from "../door/answers";
import { edit, insist } from "../state/act";
import { profileOf } from "../state/account";
import { stillTyped } from "../state/errands";
import { Fault } from "./Fault";
import { useApp, useView, useWords } from "./use";

const FIELDS = [
  ["name", "text", "given-name"],
  ["birthday", "date", "bday"],
  ["phone", "tel", "tel"],
  ["email", "email", "email"],
] as const;

/** What the guest says of themselves; all of it may stay empty. */
export function Profile() {
  const ask = useApp();
  const { say } = useWords();
  const account = useView((state) => state.account);
  const fault = useView(({ session }) => session.fault);
  const [typed, type] = useState<Partial<Said>>({});
  const [saved, save] = useState(false);
  const profile = profileOf(account);
  if (profile === null) return null;
  const waits = account.errands.some(({ kind }) => kind === "edit");
  const keep = (event: FormEvent) => {
    event.preventDefault();
    void ask(edit({ ...profile, ...typed })).unwrap().then((kept) => {
      if (!kept) return;
      type((now) => stillTyped(now, typed));
      save(true);
    });
  };
  return (
    <form className="profile" onSubmit={keep} noValidate>
      <p className="hint">{say("profile.hint")}</p>
      {FIELDS.map(([field, kind, complete]) => (
        <label key={field}>
          <span>{say(`profile.${field}`)}</span>
          <input
            type={kind}
            name={field}
            dir="auto"
            maxLength={120}
            autoComplete={complete}
            value={typed[field] ?? profile[field]}
            placeholder={field === "phone" ? say("profile.phone_hint") : undefined}
            onChange={({ target }) => {
              save(false);
              type({ ...typed, [field]: target.value });
            }}
          />
          {field === "birthday" && <Spelled date={typed.birthday ?? profile.birthday} />}
        </label>
      ))}
      <Clashes />
      <Fault />
      {waits ? (
        <p className="notice" role="status">
          <Icon name="wait" />
          {say("me.waits")}
        </p>
      ) : (
        saved && fault === null && (
          <p className="notice good" role="status">
            <Icon name="check" />
            {say("profile.saved")}
          </p>
        )
      )}
      <button type="submit" className="button main">
        {say("profile.save")}
      </button>
    </form>
  );
}

/** A day in words: browsers write it by their own language, and 04/12 may be either. */
function Spelled({ date }: { readonly date: string }) {
  const { day } = useWords();
  return /^\d{4}-\d\d-\d\d$/.test(date) ? <small>{day(`${date}T12:00:00.000Z`, 0)}</small> : null;
}

/** Fields that were changed on two devices: the guest says which holds. */
function Clashes() {
  const ask = useApp();
  const { say } = useWords();
  const clashes = useView(({ account }) => account.clashes);
  if (clashes.length === 0) return null;
  return (
    <div className="clashes" role="alert">
      {clashes.map(({ field, mine, theirs }) => (
        <p key={field} dir="auto">
          <b>{field === "language" ? say("me.language") : say(`profile.${field}`)}</b> {say("profile.clash")}
          <br />
          {say("profile.mine", { value: mine || say("profile.empty") })}
          <br />
          {say("profile.theirs", { value: theirs || say("profile.empty") })}
        </p>
      ))}
      <div className="pair">
        <button type="button" className="button" onClick={() => void ask(insist("mine"))}>
          {say("profile.take_mine")}
        </button>
        <button type="button" className="button" onClick={() => void ask(insist("theirs"))}>
          {say("profile.take_theirs")}
        </button>
      </div>
    </div>
  );
}
