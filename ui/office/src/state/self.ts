// What a clerk does about their own way in.
import type { Secret } from "../door/answers";
import { byHand } from "./papers";
import { session } from "./session";
import { type Api, thunk } from "./store";

/** Sets another password; whether it was taken. */
export const changePassword = thunk("change password", ({ old, fresh }: { old: string; fresh: string }, api) => {
  return byHand(api, async () => void api.dispatch(session.actions.entered(await api.extra.door.password(old, fresh))));
});

/** A secret for a second device, to be shown once; nothing where the office refused. */
export const offerSecond = thunk("offer second", async (_: void, api) => {
  const made: Secret[] = [];
  await byHand(api, async () => void made.push(await api.extra.door.offerSecond()));
  return made[0] ?? null;
});

/** The first digits of the second device: from now on they are asked for. */
export const confirmSecond = thunk("confirm second", (digits: string, api) => changed(api, () => api.extra.door.confirmSecond(digits)));

/** No digits are asked for any more. */
export const removeSecond = thunk("remove second", (password: string, api) => changed(api, () => api.extra.door.removeSecond(password)));

function changed(api: Api, change: () => Promise<void>): Promise<boolean> {
  return byHand(api, async () => {
    await change();
    api.dispatch(session.actions.entered(await api.extra.door.session()));
  });
}
