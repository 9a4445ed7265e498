import { languageOf } from "@kava/words";
import { type FormEvent, useState } from "react";
import type { Answered } from "../door/answers";
import { join, speak } from "../state/act";
import { find } from "../words";
import { useApp, useView, useWords } from "./use";

const LANGUAGES = { ru: "Рус", be: "Бел", en: "Eng" } as const;

/** The door: a member at once, without a name. */
export function Join() {
  const ask = useApp();
  const words = useWords();
  const { say, language } = words;
  const { busy, fault } = useView(({ session }) => session);
  const [given, give] = useState({ personalisation: false, marketing: false });
  const [bringing, bring] = useState(false);
  const [code, type] = useState("");
  const come = (event: FormEvent) => {
    event.preventDefault();
    const said = { programme: true, ...given };
    const consents = (["programme", "personalisation", "marketing"] as const).map((purpose): Answered => {
      return { purpose, given: said[purpose], language, words: say(`consent.${purpose}_words`) };
    });
    const claim = new URLSearchParams(location.search).get("claim");
    if (bringing) void ask(join({ language, consents: [], transfer: code }));
    else void ask(join({ language, consents, ...(claim === null ? {} : { claim }) }));
  };
  return (
    <main className="page join">
      <div className="choice small">
        {Object.entries(LANGUAGES).map(([one, label]) => (
          <button key={one} type="button" lang={one} aria-pressed={language === one} onClick={() => void ask(speak(languageOf(one)))}>
            {label}
          </button>
        ))}
      </div>
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="72" height="72" />
      <h1>{say("join.title")}</h1>
      <p>{say("join.what")}</p>
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
        {fault !== null && (
          <p className="fault" role="alert">
            {fault === "gone" ? say("join.offline") : find(language, `fault.${fault}`, "fault.other")}
          </p>
        )}
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
