// What is only on this screen: which pane is open, what is selected. None of it is money.
import type { BaristaShown, Command } from "@kava/contract";
import { keptDiagonal } from "./scale";
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";

export type Pane = "tiles" | "cash" | "other" | "code" | "search" | "more" | "receipts" | "shift" | "about" | "keys" | "kind" | "certificate" | "pin" | "stops" | "devices" | "split" | "enrol" | "size" | "staff";
export type Refund = Command & { do: "refund" };
export type Theme = "auto" | "light" | "dark";

export interface LookState {
  pane: Pane;
  /** The category on the right; null is the bestsellers. */
  category: string | null;
  /** The line whose size and extras are on the sheet; 0 is the last one. */
  line: number;
  /** Digits or letters typed in the open pane. */
  typed: string;
  /** Receipts whose review was put off. */
  later: string[];
  theme: Theme;
  /** Inches of the screen, where somebody has said them. */
  diagonal: number | null;
  /** The refund that the manager is asked for; null where a PIN is set. */
  refund: Refund | null;
  /** Who wants to sign on and has a PIN; null where nobody is asked for one. */
  signing: BaristaShown | null;
}

const begin: LookState = {
  pane: "tiles",
  category: null,
  line: 0,
  typed: "",
  later: [],
  theme: "auto",
  diagonal: keptDiagonal(),
  refund: null,
  signing: null,
};

const TYPED_MAX = 400;
/** What stands in a pane before anybody has typed there. */
const BEGUN: Partial<Record<Pane, string>> = { enrol: "http://" };

export const look = createSlice({
  name: "look",
  initialState: begin,
  reducers: {
    opened(state, { payload }: PayloadAction<Pane>) {
      state.pane = payload;
      state.typed = BEGUN[payload] ?? "";
      state.refund = null;
      state.signing = null;
    },
    closed(state) {
      state.pane = "tiles";
      state.typed = "";
      state.refund = null;
      state.signing = null;
    },
    /** A refund needs the manager. */
    vouching(state, { payload }: PayloadAction<Refund>) {
      state.pane = "pin";
      state.typed = "";
      state.refund = payload;
    },
    /** Somebody with a PIN wants to sign on. */
    signing(state, { payload }: PayloadAction<BaristaShown>) {
      state.pane = "staff";
      state.typed = "";
      state.signing = payload;
    },
    /** What was typed has been used. */
    emptied(state) {
      state.typed = "";
    },
    categorised(state, { payload }: PayloadAction<string | null>) {
      state.category = payload;
      state.pane = "tiles";
      state.typed = "";
    },
    selected(state, { payload }: PayloadAction<number>) {
      state.line = payload;
      state.pane = "tiles";
    },
    typed(state, { payload }: PayloadAction<string>) {
      if (state.typed.length < TYPED_MAX) state.typed += payload;
    },
    rubbed(state) {
      state.typed = [...state.typed].slice(0, -1).join("");
    },
    postponed(state, { payload }: PayloadAction<string>) {
      state.later.push(payload);
    },
    reviewing(state) {
      state.later = [];
    },
    themed(state, { payload }: PayloadAction<Theme>) {
      state.theme = payload;
    },
    measured(state, { payload }: PayloadAction<number | null>) {
      state.diagonal = payload;
    },
    /** A sale has ended: the next one begins on the first page. */
    begun(state) {
      state.pane = "tiles";
      state.category = null;
      state.line = 0;
      state.typed = "";
    },
  },
});
