import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Language } from "@kava/words";
import type { Place } from "./place";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

interface Look extends Place {
  language: Language;
  theme: Theme;
}

const initialState: Look = { screen: "overview", of: "", language: "ru", theme: "auto" };

export const look = createSlice({
  name: "look",
  initialState,
  reducers: {
    went(state, { payload }: PayloadAction<Place>) {
      Object.assign(state, payload);
    },
    spoke(state, { payload }: PayloadAction<Language>) {
      state.language = payload;
    },
    themed(state, { payload }: PayloadAction<Theme>) {
      state.theme = payload;
    },
  },
});
