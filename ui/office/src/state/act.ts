// Who sits here, where they are, and how it looks.
import { faultOf, Refused } from "@kava/door/faults";
import { languageOf } from "@kava/words";
import { look, type Theme, THEMES } from "./look";
import { byHand, fetchPapers, isOver } from "./papers";
import { codeOf, pathOf, type Place, placeOf } from "./place";
import { session } from "./session";
import { thunk } from "./store";

/** Finds out who sits here: by a one-time link, else by the cookie. */
export const open = thunk("open", async (_: void, { dispatch, extra: { browser, door } }) => {
  dispatch(look.actions.spoke(languageOf(browser.recall("language") ?? navigator.language.slice(0, 2))));
  const theme = THEMES.find((one) => one === browser.recall("theme"));
  if (theme !== undefined) dispatch(look.actions.themed(theme));
  dispatch(look.actions.went(placeOf(browser.path)));
  const code = codeOf(browser.hash);
  try {
    if (code === null) {
      dispatch(session.actions.entered(await door.session()));
      await dispatch(fetchPapers());
    } else {
      // A link that was followed is not left in the address for the next one who looks.
      browser.tidy();
      dispatch(session.actions.invited({ code, invited: await door.link(code) }));
    }
  } catch (why) {
    dispatch(session.actions.left(isOver(why) ? null : faultOf(why)));
  }
});

/** Signs in with the password that the one-time link asks for. */
export const enter = thunk("enter", async (password: string, api) => {
  const { code } = api.getState().session;
  await byHand(api, async () => {
    api.dispatch(session.actions.entered(await api.extra.door.enter(code, password)));
    await api.dispatch(fetchPapers());
  });
});

/** Signs in; where the password is right, a second device may be asked for. */
export const login = thunk("login", async ({ name, password, second }: { name: string; password: string; second: string }, api) => {
  await byHand(api, async () => {
    try {
      api.dispatch(session.actions.entered(await api.extra.door.login(name, password, second)));
    } catch (why) {
      if (!(why instanceof Refused) || why.code !== "desk_second") throw why;
      api.dispatch(session.actions.wantsSecond());
      return;
    }
    await api.dispatch(fetchPapers());
  });
});

/** Signs out; what lay on the desk is taken away before the office is told. */
export const logout = thunk("logout", async (_: void, { dispatch, extra }) => {
  dispatch(session.actions.left(null));
  await extra.door.logout().catch(() => undefined);
});

/** Goes to a place. */
export const go = thunk("go", async (place: Place, { dispatch, extra }) => {
  extra.browser.goTo(pathOf(place));
  await dispatch(arrive(place));
});

/** The address is another one. */
export const arrive = thunk("arrive", async (place: Place, { dispatch }) => {
  dispatch(look.actions.went(place));
  dispatch(session.actions.failed(null));
  await dispatch(fetchPapers());
});

/** Speaks another language from now on. */
export const speak = thunk("speak", async (language: string, { dispatch, extra }) => {
  dispatch(look.actions.spoke(languageOf(language)));
  extra.browser.remember("language", language);
});

/** Light, dark, or as the computer has it. */
export const shade = thunk("shade", async (theme: Theme, { dispatch, extra }) => {
  dispatch(look.actions.themed(theme));
  extra.browser.remember("theme", theme);
});
