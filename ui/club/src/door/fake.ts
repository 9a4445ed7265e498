import { OfficeGone } from "@kava/door/faults";
import type { Home, Profile } from "./answers";
import type { Door } from "./door";

/** An office that always answers the same, for pages of states and tests; without a home it is not there. */
export function fakeDoor(home: Home | null): Door {
  const answer = <T>(value: T): Promise<T> => (home === null ? Promise.reject(new OfficeGone("fake")) : Promise.resolve(value));
  return {
    join: () => answer(home as Home),
    home: () => answer(home as Home),
    receipts: () => answer([]),
    edit: (version: number, profile: Profile) => answer({ version: version + 1, profile }),
    answers: () => answer([]),
    answer: () => answer(undefined),
    tell: () => answer(undefined),
    transfer: () => answer({ code: "7K3M-PX40-9WQD-22HT", expires: "2026-11-25T12:10:00.000Z" }),
    takeAlong: () => answer("{}"),
    erase: () => answer(undefined),
  };
}
