// The guest who is helped now. Nothing of them stays when somebody goes to another screen.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Guest } from "../door/answers";
import { look } from "./look";
import { session } from "./session";

interface Helped {
  /** Who was found; nothing before anybody was looked for. */
  readonly found: readonly Guest[] | null;
  /** Who was erased a moment ago. */
  readonly erased: string | null;
}

const initialState: Helped = { found: null, erased: null };

export const privacy = createSlice({
  name: "privacy",
  initialState,
  reducers: {
    found: (_, { payload }: PayloadAction<readonly Guest[]>): Helped => ({ found: payload, erased: null }),
    erased: (_, { payload }: PayloadAction<string>): Helped => ({ found: null, erased: payload }),
  },
  extraReducers: (builder) => {
    builder.addCase(session.actions.left, () => initialState);
    builder.addCase(session.actions.invited, () => initialState);
    builder.addCase(look.actions.went, () => initialState);
  },
});
