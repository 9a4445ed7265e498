import { useEffect, useState } from "react";
import { type Answered, PURPOSES, type Purpose } from "../door/answers";
import { answer, readAnswers } from "../state/act";
import { consentOf } from "../state/account";
import { Fault } from "./Fault";
import { useApp, useView, useWords } from "./use";

/** What the guest agrees to, each alone, and when they said so. */
export function Consents() {
  const ask = useApp();
  const { say, language, day, time } = useWords();
  const consent = consentOf(useView((state) => state.account));
  const waits = useView(({ account }) => account.errands.some(({ kind }) => kind === "answer"));
  const [history, show] = useState<readonly Answered[]>([]);
  useEffect(() => {
    void ask(readAnswers()).unwrap().then(show, () => undefined);
  }, [ask, consent.programme, consent.personalisation, consent.marketing, waits]);
  const change = (purpose: Purpose) => {
    const words = say(`consent.${purpose}_words`);
    void ask(answer([{ purpose, given: !consent[purpose], language, words }]));
  };
  return (
    <section className="consents">
      {PURPOSES.map((purpose) => (
        <label key={purpose} className="switch">
          <input type="checkbox" role="switch" name={purpose} checked={consent[purpose]} aria-checked={consent[purpose]} disabled={purpose === "personalisation" && !consent.programme} onChange={() => change(purpose)} />
          <span>
            <b>{say(`consent.${purpose}`)}</b>
            <small>{say(`consent.${purpose}_words`)}</small>
          </span>
        </label>
      ))}
      <Fault />
      {waits && (
        <p className="notice" role="status">
          {say("me.waits")}
        </p>
      )}
      {history.length > 0 && (
        <>
          <h2>{say("consents.history")}</h2>
          <ul className="history">
            {history.map(({ purpose, given, at = "" }, nth) => (
              <li key={nth}>
                <span>{say(`consent.${purpose}`)}</span>
                <span>
                  <b>{say(given ? "consents.yes" : "consents.no")}</b> {day(at)}, {time(at)}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
