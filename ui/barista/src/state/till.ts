// What the counter says: the last snapshot, the menu, and whether it answers. Nothing is computed here.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Health, ReceiptShown, Screen, Shelf } from "@kava/contract";

export interface Trouble {
  code: string;
  message: string;
}

export interface TillState {
  screen: Screen | null;
  shelf: Shelf | null;
  receipts: ReceiptShown[] | null;
  health: Health | null;
  /** The counter answers. */
  alive: boolean;
  /** The token is not the counter's. */
  locked: boolean;
  /** Why the counter cannot begin: the code of what is wrong, and the counter's own sentence for whoever helps. */
  trouble: Trouble | null;
  /** Commands on their way. */
  pending: number;
  /** A sale or refund is with the register. */
  paying: boolean;
}

const begin: TillState = {
  screen: null,
  shelf: null,
  receipts: null,
  health: null,
  alive: true,
  locked: false,
  trouble: null,
  pending: 0,
  paying: false,
};

export const till = createSlice({
  name: "till",
  initialState: begin,
  reducers: {
    /** A snapshot; one that is older than what is shown has been overtaken on its way. */
    shown(state, { payload }: PayloadAction<Screen>) {
      if (!state.screen || payload.serial >= state.screen.serial || !state.alive) state.screen = payload;
      state.alive = true;
      state.locked = false;
      state.trouble = null;
    },
    shelved(state, { payload }: PayloadAction<Shelf>) {
      state.shelf = payload;
    },
    listed(state, { payload }: PayloadAction<ReceiptShown[]>) {
      state.receipts = payload;
    },
    examined(state, { payload }: PayloadAction<Health>) {
      state.health = payload;
    },
    heard(state, { payload }: PayloadAction<boolean>) {
      state.alive = payload;
    },
    /** The counter answers, but not with what was asked. */
    refused(state, { payload }: PayloadAction<Trouble & { cause?: string | null }>) {
      if (payload.code === "token_refused") state.locked = true;
      else if (payload.code === "counter_not_ready") state.trouble = { code: payload.cause ?? payload.code, message: payload.message };
      else state.alive = false;
    },
    sent(state, { payload }: PayloadAction<{ paying: boolean }>) {
      state.pending += 1;
      if (payload.paying) state.paying = true;
    },
    answered(state, { payload }: PayloadAction<{ paying: boolean }>) {
      state.pending -= 1;
      if (payload.paying) state.paying = false;
    },
  },
});
