// Who sits here, where they are, and how it looks.
import { Refused } from "@kava/door/faults";
import { languageOf } from "@kava/words";
import { look, type Theme, THEMES } from "./look";
import { byHand, type Cause, fetchPapers, isOver } from "./papers";
import { codeOf, pathOf, type Place, placeOf } from "./place";
import { session } from "./session";
import { type Api, thunk } from "./store";

/** Finds out who sits here: by a one-time link, else by the cookie. */
export const open = thunk("open", async (_: void, api) => {
  const { dispatch, extra: { browser } } = api;
  dispatch(look.actions.spoke(languageOf(browser.recall("language") ?? navigator.language.slice(0, 2))));
  const theme = THEMES.find((one) => one === browser.recall("theme"));
  if (theme !== undefined) dispatch(look.actions.themed(theme));
  dispatch(look.actions.went(placeOf(browser.path)));
  const code = codeOf(browser.hash);
  if (code === null) await recognise(null, api);
  else await follow(code, api);
});

/** Asks whose the cookie is; where a link was of no use before that, it is said why. */
async function recognise(unfit: string | null, api: Api): Promise<void> {
  const { dispatch, extra } = api;
  try {
    dispatch(session.actions.entered(await extra.door.session()));
    if (unfit !== null) dispatch(session.actions.stayed(unfit));
  } catch (why) {
    if (!(why instanceof Refused)) dispatch(session.actions.lost());
    else dispatch(session.actions.left(unfit ?? (isOver(why) ? null : why.code)));
    return;
  }
  await dispatch(fetchPapers());
}

/** Asks whose a link is. Once that is known it is not left in the address for the next one who looks. */
async function follow(code: string, api: Api): Promise<void> {
  const { dispatch, extra: { browser, door } } = api;
  try {
    const invited = await door.link(code);
    browser.tidy();
    dispatch(session.actions.invited({ code, invited }));
  } catch (why) {
    if (!(why instanceof Refused)) return void dispatch(session.actions.lost());
    if (why.code === "desk_link") browser.tidy();
    await recognise(why.code, api);
  }
}

/** What is done every few seconds while somebody looks: whoever could not be asked about is, and the screen of now comes anew. */
export const attend = thunk("attend", async (cause: Exclude<Cause, "arrival">, { dispatch, getState }) => {
  const { phase, stays } = getState().session;
  if (phase === "gone" || stays === "gone") await dispatch(open());
  else await dispatch(fetchPapers(cause));
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

/** Signs out. The cookie is the office's to take back: while it does not, whoever sits here next is still let in. */
export const logout = thunk("logout", async (_: void, { dispatch, extra }) => {
  dispatch(session.actions.asked(true));
  try {
    await extra.door.logout();
    dispatch(session.actions.left(null));
  } catch (why) {
    dispatch(isOver(why) ? session.actions.left(null) : session.actions.stayed("not_out"));
  }
});

/** Goes to a place. */
export const go = thunk("go", async (place: Place, { dispatch, extra }) => {
  extra.browser.goTo(pathOf(place));
  await dispatch(arrive(place));
});

/** The address is another one. */
export const arrive = thunk("arrive", async (place: Place, { dispatch }) => {
  dispatch(look.actions.went(place));
  dispatch(session.actions.moved());
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
