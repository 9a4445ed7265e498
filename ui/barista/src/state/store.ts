import { configureStore } from "@reduxjs/toolkit";
import type { Door } from "@kava/door";
import { look } from "./look";
import { till } from "./till";

/** The store of one screen, with its way to the outside. */
export function makeStore(door: Door) {
  return configureStore({
    reducer: { till: till.reducer, look: look.reducer },
    middleware: (defaults) => defaults({ thunk: { extraArgument: door } }),
  });
}

export type Store = ReturnType<typeof makeStore>;
export type State = ReturnType<Store["getState"]>;
export type Dispatch = Store["dispatch"];
