// /dev/states: every state of the screen without a counter behind it. `/dev/states` lists them,
// `/dev/states/paid?language=be&theme=dark` shows one.
import { fakeDoor } from "@kava/door";
import { Provider } from "react-redux";
import { languageOf } from "@kava/words";
import { look } from "../state/look";
import { makeStore } from "../state/store";
import { till } from "../state/till";
import { Face } from "../view/App";
import { Glass } from "../view/Display";
import { shelfWithout, STATES } from "./examples";

/** The state that the address names, or the list of all. */
export function States() {
  const name = location.pathname.replace(/^\/dev\/states\/?/, "");
  const query = new URLSearchParams(location.search);
  const state = STATES[name];
  if (!state) {
    return (
      <ul>
        {Object.keys(STATES).map((one) => (
          <li key={one}>
            <a href={`/dev/states/${one}`}>{one}</a>
          </li>
        ))}
      </ul>
    );
  }
  const screen = { ...state.screen, language: languageOf(query.get("language") ?? "ru") };
  const shelf = shelfWithout(state.out);
  const { autostart: on } = state;
  const autostart = on === undefined ? null : { isOn: () => Promise.resolve(on), set: (wanted: boolean) => Promise.resolve(wanted) };
  const store = makeStore({ ...fakeDoor(screen, shelf, state.receipts, state.health), autostart });
  store.dispatch(till.actions.shelved(shelf));
  store.dispatch(till.actions.shown(screen));
  if (state.receipts) store.dispatch(till.actions.listed(state.receipts));
  if (state.pane) store.dispatch(look.actions.opened(state.pane));
  if (state.signing) store.dispatch(look.actions.signing(state.signing));
  if (state.refund) store.dispatch(look.actions.vouching(state.refund));
  for (const key of state.typed ?? "") store.dispatch(look.actions.typed(key));
  const theme = query.get("theme");
  store.dispatch(look.actions.themed(theme === "dark" ? "dark" : "light"));
  const inches = Number(query.get("diagonal"));
  store.dispatch(look.actions.measured(inches > 0 ? inches : null));
  if (state.gone) store.dispatch(till.actions.heard(false));
  if (state.refused) store.dispatch(till.actions.refused(state.refused));
  return (
    <Provider store={store}>
      {state.glass ? <Glass /> : <Face />}
    </Provider>
  );
}
