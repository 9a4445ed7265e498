// /office/dev/states: every state of the console without an office behind it. `/office/dev/states/menu?language=be&theme=dark` shows one.
import { languageOf } from "@kava/words";
import { Provider } from "react-redux";
import { fakeDoor } from "../door/fake";
import { type Came, desk, type Name } from "../state/desk";
import { draft, read } from "../state/draft";
import { pageOf } from "../state/deeds";
import { look } from "../state/look";
import { keyOf, rehearsal } from "../state/rehearsal";
import { privacy } from "../state/privacy-slice";
import { revision } from "../state/revision";
import type { Surroundings } from "../state/place";
import { session } from "../state/session";
import { makeStore, type Store } from "../state/store";
import { Face } from "../view/App";
import { answers as usual, type Example, STATES } from "./examples";

/** The state that the address names, or the list of all. */
export function States() {
  const name = location.pathname.replace(/^\/office\/dev\/states\/?/, "");
  const state = STATES[name];
  if (!state) {
    return (
      <ul>
        {Object.keys(STATES).map((one) => (
          <li key={one}>
            <a href={`/office/dev/states/${one}`}>{one}</a>
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

/** A browser that stays where it is and keeps nothing. */
const still: Surroundings = { path: "/office/", hash: "", goTo: () => {}, tidy: () => {}, recall: () => null, remember: () => {} };

const PAPERS: readonly Name[] = ["overview", "days", "lift", "segments", "counters", "alarms", "menu", "versions", "campaigns", "attention", "models", "close", "erasures", "receipts", "receipt", "reports", "report", "clerks", "deeds"];

/** A store in this state. */
function shown(state: Example, query: URLSearchParams): Store {
  const answers = state.answers ?? usual;
  const store = makeStore({ door: fakeDoor(answers), clock: fakeDoor(answers), browser: still });
  const say = store.dispatch;
  say(look.actions.spoke(languageOf(query.get("language") ?? "ru")));
  say(look.actions.themed(query.get("theme") === "dark" ? "dark" : "light"));
  if (state.place) say(look.actions.went(state.place));
  if (state.phase === "stranger") say(session.actions.left(null));
  else if (state.phase === "gone") say(session.actions.lost());
  else if (state.phase === "invited") say(session.actions.invited({ code: "K7QM", invited: answers.invited }));
  else say(session.actions.entered(answers.session));
  for (const name of PAPERS) {
    if (state.missing && state.fault) say(desk.actions.failed({ name, fault: state.fault }));
    else say(desk.actions.came({ name, value: name === "deeds" ? pageOf(answers.deeds) : answers[name], at: Date.now() } as Came));
  }
  if (state.second) say(session.actions.wantsSecond());
  if (state.draft) say(draft.actions.begun(state.draft));
  const meant = state.draft ? read(state.draft, answers.menu.ladder_bp) : null;
  if (meant && "campaign" in meant) {
    const of = keyOf(meant.campaign);
    const { rehearsed = answers.rehearsal } = state;
    say(rehearsal.actions.asked(of));
    say(rehearsal.actions.answered(rehearsed === "fault" ? { of, value: null, fault: "gone" } : { of, value: rehearsed, fault: null }));
  }
  if (state.found) say(privacy.actions.found(state.found));
  if (state.work) say(revision.actions.began(state.work));
  if (state.tried) say(revision.actions.answered(state.tried));
  if (state.stays) say(session.actions.stayed(state.stays));
  if (state.fault && !state.missing) say(session.actions.failed(state.fault));
  return store;
}
