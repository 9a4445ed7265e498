import { Icon, Qr } from "@kava/parts";
import { codesAt } from "../state/account";
import { go, putGuideAway } from "../state/act";
import { look } from "../state/look";
import { refresh } from "../state/visit";
import { Countdown } from "./Countdown";
import { Passing } from "./Passing";
import { useWake } from "./wake";
import { useApp, useCards, useClock, useView, useWords } from "./use";

/** The start: the code, and what goes with it. */
export function Code() {
  const ask = useApp();
  const { say } = useWords();
  const { digits, ended } = useView(({ code }) => code);
  const title = useView(({ account }) => account.home?.title);
  useWake();
  return (
    <section className="code">
      <h1>{title}</h1>
      {ended ? (
        <div className="ended" role="alert">
          <p>{say("code.ended")}</p>
          <p>{say("code.ended_hint")}</p>
          <button type="button" className="button main" onClick={() => void ask(refresh())}>
            {say("code.renew")}
          </button>
        </div>
      ) : (
        <>
          <button type="button" className="white" aria-label={say("code.full")} onClick={() => ask(look.actions.filled(true))} disabled={digits === null}>
            {digits === null ? <span>{say("code.wait")}</span> : <Qr text={digits} label={say("code.label")} />}
          </button>
          <Countdown />
          <Chosen />
          <Spoken />
        </>
      )}
      <Passing />
      <Guide />
    </section>
  );
}

/** The card that the code carries. */
function Chosen() {
  const ask = useApp();
  const words = useWords();
  const choice = useView(({ code }) => code.choice);
  const cards = useCards();
  const own = useView(({ account }) => account.home?.pass);
  const chosen = cards.find(({ id }) => id === choice);
  // What everybody has needs no choosing.
  const any = cards.some(({ pass }) => pass !== own);
  return (
    <button type="button" className="chosen" onClick={() => void ask(go("cards"))} data-testid="chosen">
      <Icon name="tag" />
      <span>
        <b>{chosen ? words.say("code.chosen", { card: words.card(chosen) }) : words.say("code.best")}</b>
        {any && <small>{chosen ? words.say("code.change") : words.say("code.pick")}</small>}
      </span>
      <Icon name="next" />
    </button>
  );
}

/** Six digits to say aloud, and bars for old scanners, at the shops where the guest was. */
function Spoken() {
  const ask = useApp();
  const { say } = useWords();
  const now = useClock(60_000);
  const known = codesAt(useView(({ account }) => account.home), now);
  if (known.length === 0) return null;
  return (
    <div className="spoken">
      <p>{say("code.spoken")}</p>
      {known.map(({ shop, spoken }) => (
        <p key={shop}>
          {known.length > 1 && <small>{say("code.spoken_at", { shop })}</small>}
          <b data-testid="spoken">{`${spoken.slice(0, 3)} ${spoken.slice(3)}`}</b>
        </p>
      ))}
      <button type="button" className="button quiet" onClick={() => ask(look.actions.opened("bars"))}>
        {say("code.bars")}
      </button>
    </div>
  );
}

/** After the second visit: how to get the app onto the home screen. Never in the way of the code. */
function Guide() {
  const ask = useApp();
  const { say } = useWords();
  const visits = useView(({ account }) => account.home?.status.visits ?? 0);
  const guided = useView(({ look }) => look.guided);
  if (guided || visits < 2 || matchMedia("(display-mode: standalone)").matches) return null;
  return (
    <aside className="guide">
      <button type="button" className="button" onClick={() => ask(look.actions.opened("install"))}>
        <Icon name="share" />
        {say("me.install")}
      </button>
      <button type="button" className="button quiet" onClick={() => void ask(putGuideAway())}>
        {say("install.later")}
      </button>
    </aside>
  );
}
