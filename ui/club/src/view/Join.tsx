import { LANGUAGES } from "@kava/words";
import { type FormEvent, useState } from "react";
import { type Answered, PURPOSES } from "../door/answers";
import { join, speak } from "../state/act";
import { Fault } from "./Fault";
import { Passing } from "./Passing";
import { useApp, useView, useWords } from "./use";

/** The door: a member at once, without a name. */
export function Join() {
  const ask = useApp();
  const words = useWords();
  const { say, language } = words;
  const { busy, fault } = useView(({ session }) => session);
  const [given, give] = useState({ personalisation: false, marketing: false });
  const [bringing, bring] = useState(false);
  const [code, type] = useState("");
  const [claim, take] = useState(() => new URLSearchParams(location.search).get("claim"));
  const come = (event: FormEvent) => {
    event.preventDefault();
    // A membership that is none, or somebody else's, is left out the second time.
    const good = fault === "club_claim" ? null : claim;
    take(good);
    const said = { programme: true, ...given };
    const consents = PURPOSES.map((purpose): Answered => {
      return { purpose, given: said[purpose], language, words: say(`consent.${purpose}_words`) };
    });
    if (bringing) void ask(join({ language, consents: [], transfer: code }));
    else void ask(join({ language, consents, ...(good === null ? {} : { claim: good }) }));
  };
  return (
    <main className="page join">
      <div className="choice small">
        {LANGUAGES.map(({ code: one, short }) => (
          <button key={one} type="button" lang={one} aria-pressed={language === one} onClick={() => void ask(speak(one))}>
            {short}
          </button>
        ))}
      </div>
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="72" height="72" />
      <h1>{say("join.title")}</h1>
      <p>{say("join.what")}</p>
      <Passing />
      <form onSubmit={come}>
        {bringing ? (
          <label>
            <span>{say("join.code")}</span>
            <input name="transfer" value={code} autoCapitalize="characters" autoComplete="one-time-code" spellCheck={false} maxLength={24} onChange={({ target }) => type(target.value)} />
          </label>
        ) : (
          <>
            {(["personalisation", "marketing"] as const).map((purpose) => (
              <label key={purpose} className="switch">
                <input type="checkbox" role="switch" name={purpose} checked={given[purpose]} aria-checked={given[purpose]} onChange={() => give({ ...given, [purpose]: !given[purpose] })} />
                <span>
                  <b>{say(`consent.${purpose}`)}</b>
                  <small>{say(`consent.${purpose}_words`)}</small>
                </span>
              </label>
            ))}
            <p className="agree">
              {say("join.agree")} {say("consent.programme_words")}
            </p>
          </>
        )}
        <Fault gone="join.offline" />
        <button type="submit" className="button main" disabled={busy || (bringing && code.trim() === "")}>
          {busy ? say("join.busy") : say(bringing ? "join.bring" : "join.do")}
        </button>
      </form>
      <button type="button" className="button quiet" onClick={() => bring(!bringing)}>
        {say(bringing ? "join.new" : "join.have")}
      </button>
    </main>
  );
}
