import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Language } from "@kava/words";

export const TABS = ["code", "cards", "feed", "menu", "me"] as const;
export type Tab = (typeof TABS)[number];
export type Pane = "receipts" | "profile" | "consents" | "transfer" | "leave" | "install" | "bars";
export type Theme = "auto" | "light" | "dark";

interface Look {
  tab: Tab;
  pane: Pane | null;
  /** The code alone on a white screen. */
  full: boolean;
  language: Language;
  theme: Theme;
  online: boolean;
  /** A newer build waits. */
  newer: boolean;
  guided: boolean;
  /** Runs in a browser inside another app. */
  inside: boolean;
  /** A code that brings the account to another phone. */
  transfer: { code: string; expires: string } | null;
}

const initialState: Look = {
  tab: "code",
  pane: null,
  full: false,
  language: "ru",
  theme: "auto",
  online: true,
  newer: false,
  guided: false,
  inside: false,
  transfer: null,
};

export const look = createSlice({
  name: "look",
  initialState,
  reducers: {
    went(state, { payload }: PayloadAction<Tab>) {
      state.tab = payload;
      state.pane = null;
      state.full = false;
    },
    opened(state, { payload }: PayloadAction<Pane | null>) {
      state.pane = payload;
      state.transfer = null;
    },
    filled(state, { payload }: PayloadAction<boolean>) {
      state.full = payload;
    },
    spoke(state, { payload }: PayloadAction<Language>) {
      state.language = payload;
    },
    themed(state, { payload }: PayloadAction<Theme>) {
      state.theme = payload;
    },
    reached(state, { payload }: PayloadAction<boolean>) {
      state.online = payload;
    },
    newer(state) {
      state.newer = true;
    },
    guided(state) {
      state.guided = true;
    },
    inside(state) {
      state.inside = true;
    },
    offered(state, { payload }: PayloadAction<{ code: string; expires: string }>) {
      state.transfer = payload;
    },
  },
});
