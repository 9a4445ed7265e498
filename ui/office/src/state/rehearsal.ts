// A campaign tried on what is past: the office's answer to what is written now, and to nothing else.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Campaign, Rehearsal } from "../door/answers";
import { draft } from "./draft";
import { session } from "./session";

interface Tried {
  /** The campaign that was last asked about. */
  of: string;
  value: Rehearsal | null;
  fault: string | null;
}

const initialState: Tried = { of: "", value: null, fault: null };

/** What a rehearsal depends on: all of a campaign but its name and id. */
export function keyOf({ id: _id, title: _title, ...rest }: Campaign): string {
  return JSON.stringify(rest);
}

export const rehearsal = createSlice({
  name: "rehearsal",
  initialState,
  reducers: {
    asked(_, { payload }: PayloadAction<string>): Tried {
      return { ...initialState, of: payload };
    },
    /** What answers an earlier question is not wanted any more. */
    answered(state, { payload: { of, ...came } }: PayloadAction<Tried>): Tried {
      return state.of === of ? { of, ...came } : state;
    },
  },
  extraReducers: (builder) => {
    builder.addCase(draft.actions.dropped, () => initialState);
    builder.addCase(session.actions.left, () => initialState);
    builder.addCase(session.actions.invited, () => initialState);
  },
});
