import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Consent, Home, Profile, Receipt } from "../door/answers";
import type { Clash, Errand } from "./errands";

interface Account {
  home: Home | null;
  /** When the home came, by the office's clock. */
  fetched: number;
  /** By how much the office's clock is ahead of the phone's. */
  ahead: number;
  /** Receipts older than those of the home. */
  older: Receipt[];
  /** No receipt is older. */
  ended: boolean;
  errands: Errand[];
  /** Fields that were changed here and elsewhere. */
  clashes: Clash[];
}

const initialState: Account = { home: null, fetched: 0, ahead: 0, older: [], ended: false, errands: [], clashes: [] };

export const account = createSlice({
  name: "account",
  initialState,
  reducers: {
    came(state, { payload }: PayloadAction<{ home: Home; fetched: number; ahead: number }>) {
      // The store holds what it was given; nothing changes it.
      state.home = payload.home as typeof state.home;
      state.fetched = payload.fetched;
      state.ahead = payload.ahead;
      state.older = [];
      state.ended = payload.home.receipts.length >= payload.home.receipts_count;
    },
    older(state, { payload }: PayloadAction<Receipt[]>) {
      state.older.push(...(payload as typeof state.older));
      state.ended = payload.length === 0;
    },
    waits(state, { payload }: PayloadAction<Errand[]>) {
      state.errands = payload as typeof state.errands;
    },
    clashed(state, { payload }: PayloadAction<readonly Clash[]>) {
      state.clashes = [...payload];
    },
    edited(state, { payload }: PayloadAction<{ version: number; profile: Profile }>) {
      if (state.home) Object.assign(state.home, payload);
    },
    answered(state, { payload }: PayloadAction<Consent>) {
      if (state.home) state.home.consent = payload;
    },
    gone: () => initialState,
  },
});

/** The profile as the guest has it, with what waits to be sent. */
export function profileOf({ home, errands }: Account): Profile | null {
  const edit = errands.find((errand) => errand.kind === "edit");
  return edit?.kind === "edit" ? edit.to : (home?.profile ?? null);
}

/** The consents as the guest has given them, with what waits to be sent. */
export function consentOf({ home, errands }: Account): Consent {
  let consent = home?.consent ?? { programme: false, personalisation: false, marketing: false };
  for (const errand of errands) {
    if (errand.kind !== "answer") continue;
    for (const { purpose, given } of errand.answers) consent = { ...consent, [purpose]: given };
  }
  return consent.programme ? consent : { ...consent, personalisation: false };
}
