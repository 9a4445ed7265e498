// The code of now, made on this phone alone.
import { fromHex } from "../code/digits";
import { cardTag, digits, message, stepAt } from "../code/proof";
import type { Home } from "../door/answers";
import { sign } from "../key/phone";
import { goodCards } from "./account";
import { code } from "./code";
import type { Quiet } from "./store";

/** Shows the code of now: a new one for every step and every choice. */
export const tick = (): Quiet => async (dispatch, getState, { handset }) => {
  const { home } = getState().account;
  if (home === null || !handset.hasKey()) return;
  const now = handset.now();
  if (Date.parse(home.until) <= now) {
    if (!getState().code.ended) dispatch(code.actions.ended());
    return;
  }
  const { choice } = getState().code;
  if (choice !== null && !goodCards(home, now).some(({ id }) => id === choice)) {
    dispatch(code.actions.lapsed());
    await handset.keep.put("choice", "");
  }
  const shown = getState().code;
  const step = stepAt(now);
  const pass = passOf(home, shown.choice);
  // A newer pass, say with another consent, is shown at once.
  if (shown.step === step && shown.pass === pass) return;
  const key = await handset.key();
  const bytes = fromHex(pass) ?? new Uint8Array();
  const [nonce = 0] = crypto.getRandomValues(new Uint32Array(1));
  const proof = { step, nonce, card: shown.choice === null ? 0 : await cardTag(shown.choice) };
  const signature = await sign(key, message(key.algorithm, bytes, proof));
  dispatch(code.actions.shown({ digits: digits(key.algorithm, bytes, proof, signature), step, pass }));
};

/** The pass that carries the chosen card, or the guest's own. */
function passOf(home: Home, choice: string | null): string {
  return home.cards.find(({ id }) => id === choice)?.pass ?? home.pass;
}
