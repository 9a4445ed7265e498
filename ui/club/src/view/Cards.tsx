import { Icon } from "@kava/parts";
import type { Card } from "../door/answers";
import { choose } from "../state/act";
import { find } from "../words";
import { useApp, useCards, useClock, useView, useWords } from "./use";

/** The discounts: one may be chosen, and travels with the next code. */
export function Cards() {
  const { say } = useWords();
  const now = useClock(10_000);
  const cards = useCards();
  const { choice, lapsed } = useView(({ code }) => code);
  const home = useView(({ account }) => account.home);
  return (
    <section>
      <h1>{say("cards.title")}</h1>
      {lapsed && (
        <p className="notice" role="status">
          {say("cards.lapsed")}
        </p>
      )}
      {cards.length === 0 ? (
        <div className="empty">
          <p>{say(home?.consent.programme === false ? "cards.no_programme" : "cards.none")}</p>
          <p>{say("cards.none_hint")}</p>
        </div>
      ) : (
        <>
          {cards.some(({ pass }) => pass !== home?.pass) && <p className="hint">{say("cards.one")}</p>}
          <ul className="cards">
            {cards.map((card) => (
              <One key={card.id} card={card} chosen={card.id === choice} plain={card.pass === home?.pass} now={now} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface OneProps {
  readonly card: Card;
  readonly chosen: boolean;
  /** Everybody has it: there is nothing to choose. */
  readonly plain: boolean;
  readonly now: number;
}

function One({ card, chosen, plain, now }: OneProps) {
  const ask = useApp();
  const words = useWords();
  const { say } = words;
  const last = Date.parse(card.until) - now < 86_400_000;
  return (
    <li className={chosen ? "card taken" : "card"} data-card={card.id}>
      <div className="depth">−{words.percent(card.depth_bp)}</div>
      <div className="about">
        <b>{words.covers(card)}</b>
        <span>
          <em className={card.kept ? "mark kept" : "mark"}>{say(card.kept ? "cards.kept" : "cards.now")}</em>
          {plain ? null : <small>{last ? say("cards.today") : say("cards.until", { day: words.day(card.until) })}</small>}
        </span>
        <small className="why">
          {say("cards.why")}: {find(words.language, `reason.${card.reason}`, "reason.status_base")}
        </small>
      </div>
      {plain ? (
        <small className="always">{say("cards.base")}</small>
      ) : (
        <button type="button" className={chosen ? "button main" : "button"} aria-pressed={chosen} onClick={() => void ask(choose(chosen ? null : card.id))}>
          {chosen && <Icon name="check" />}
          {say(chosen ? "cards.chosen" : "cards.choose")}
        </button>
      )}
    </li>
  );
}
