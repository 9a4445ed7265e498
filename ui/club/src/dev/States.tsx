// /club/dev/states: every state of the app without an office behind it. `/club/dev/states/cards?language=be&theme=dark` shows one.
import { languageOf } from "@kava/words";
import { Provider } from "react-redux";
import { fakeDoor } from "../door/fake";
import { passing } from "../keep/keep";
import { Handset } from "../key/handset";
import { account } from "../state/account";
import { code } from "../state/code";
import { look } from "../state/look";
import { session } from "../state/session";
import { makeStore, type Store } from "../state/store";
import { Face } from "../view/App";
import { type Example, home as usual, STATES } from "./examples";

/** The state that the address names, or the list of all. */
export function States() {
  const name = location.pathname.replace(/^\/club\/dev\/states\/?/, "");
  const state = STATES[name];
  if (!state) {
    return (
      <ul>
        {Object.keys(STATES).map((one) => (
          <li key={one}>
            <a href={`/club/dev/states/${one}`}>{one}</a>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Provider store={shown(state, new URLSearchParams(location.search))}>
      <Face />
    </Provider>
  );
}

/** A store in this state. */
function shown(state: Example, query: URLSearchParams): Store {
  const home = state.home ?? usual;
  const store = makeStore({ handset: new Handset(passing()), door: fakeDoor(home) });
  const say = store.dispatch;
  say(look.actions.spoke(languageOf(query.get("language") ?? "ru")));
  say(look.actions.themed(query.get("theme") === "dark" ? "dark" : "light"));
  say(session.actions.opened({ phase: state.phase ?? "member", lasts: state.lasts ?? true }));
  say(account.actions.came({ home, fetched: Date.now() - 3_600_000, ahead: 0 }));
  if (state.errands) say(account.actions.resumed({ errands: [...state.errands], events: 0 }));
  if (state.clashes) say(account.actions.clashed(state.clashes));
  if (state.choice) say(code.actions.chosen(state.choice));
  // As long as a code with both blocks full.
  say(code.actions.shown({ digits: `21${"0123456789".repeat(70).slice(0, 697)}`, step: 1, pass: "" }));
  if (state.lapsed) say(code.actions.lapsed());
  if (state.ended) say(code.actions.ended());
  if (state.tab) say(look.actions.went(state.tab));
  if (state.pane) say(look.actions.opened(state.pane));
  if (state.full) say(look.actions.filled(true));
  if (state.guided) say(look.actions.guided());
  if (state.inside) say(look.actions.inside());
  if (state.newer) say(look.actions.newer());
  if (state.transfer) say(look.actions.offered({ code: "7K3M-PX40-9WQD-22HT", expires: new Date(Date.now() + 600_000).toISOString() }));
  say(look.actions.reached(state.offline !== true));
  if (state.busy) say(session.actions.asked(true));
  if (state.fault) say(session.actions.failed(state.fault));
  return store;
}
