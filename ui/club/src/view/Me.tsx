import { Icon } from "@kava/parts";
import { LANGUAGES } from "@kava/words";
import { shade, speak, takeAlong } from "../state/act";
import { profileOf } from "../state/account";
import { look, type Pane, type Theme } from "../state/look";
import { Fault } from "./Fault";
import { useApp, useView, useWords } from "./use";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** The account: what was saved, who the guest is, what they agreed to. */
export function Me() {
  const ask = useApp();
  const words = useWords();
  const { say } = words;
  const account = useView((state) => state.account);
  const theme = useView(({ look }) => look.theme);
  const { busy } = useView(({ session }) => session);
  const { home } = account;
  if (home === null) return null;
  const name = profileOf(account)?.name ?? "";
  const opens = (pane: Pane) => () => ask(look.actions.opened(pane));
  return (
    <section className="me">
      <h1 dir="auto">{name === "" ? say("tab.me") : name}</h1>
      <button type="button" className="saved-sum" onClick={opens("receipts")}>
        <small>{say("me.saved")}</small>
        <b data-testid="saved">{words.money(home.saved_minor, home.currency)}</b>
        <small>{say("me.saved_of", { count: words.counted("receipts", home.receipts_count) })}</small>
      </button>
      <p className="hint">
        {say("me.status", { depth: words.percent(home.status.base_bp), visits: words.counted("visits", home.status.visits) })}
        <br />
        {say("me.since", { day: words.day(home.joined) })}
      </p>
      {account.errands.some(({ kind }) => kind !== "tell") && (
        <p className="notice" role="status">
          <Icon name="wait" />
          {say("me.waits")}
        </p>
      )}
      <ul className="rows">
        <Row label={say("me.receipts")} press={opens("receipts")} />
        <Row label={say("me.profile")} press={opens("profile")} />
        <Row label={say("me.consents")} press={opens("consents")} />
        <Row label={say("me.transfer")} press={opens("transfer")} />
        <Row label={say("me.install")} press={opens("install")} />
        <Row label={say("me.export")} press={() => void ask(takeAlong())} wait={busy} />
        <li>
          <a href={`/rules?language=${words.language}`}>
            <span>{say("me.rules")}</span>
            <Icon name="next" />
          </a>
        </li>
        <Row label={say("me.leave")} press={opens("leave")} />
      </ul>
      <Fault />
      <fieldset className="choice">
        <legend>{say("me.language")}</legend>
        {LANGUAGES.map(({ code, name }) => (
          <button key={code} type="button" lang={code} aria-pressed={words.language === code} onClick={() => void ask(speak(code))}>
            {name}
          </button>
        ))}
      </fieldset>
      <fieldset className="choice">
        <legend>{say("me.theme")}</legend>
        {THEMES.map((one) => (
          <button key={one} type="button" aria-pressed={theme === one} onClick={() => void ask(shade(one))}>
            {say(`theme.${one}`)}
          </button>
        ))}
      </fieldset>
    </section>
  );
}

function Row({ label, press, wait }: { readonly label: string; readonly press: () => void; readonly wait?: boolean }) {
  return (
    <li>
      <button type="button" onClick={press} disabled={wait ?? false}>
        <span>{label}</span>
        <Icon name="next" />
      </button>
    </li>
  );
}
