import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Answered, Card, Consent, Event, Home, Profile, Receipt } from "../door/answers";
import { weekAt } from "../code/proof";
import { type Clash, type Errand, withErrand } from "./errands";

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
  /** Number of the next event. */
  events: number;
  /** Fields that were changed here and elsewhere. */
  clashes: Clash[];
}

const initialState: Account = { home: null, fetched: 0, ahead: 0, older: [], ended: false, errands: [], events: 0, clashes: [] };

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
    /** What was kept of the errands, and the number of the next event. */
    resumed(state, { payload }: PayloadAction<{ errands: Errand[]; events: number }>) {
      Object.assign(state, payload);
    },
    waits(state, { payload }: PayloadAction<Errand>) {
      state.errands = withErrand(state.errands as Errand[], payload) as typeof state.errands;
    },
    /** Events are numbered here, so that no two have one number. */
    happened(state, { payload }: PayloadAction<readonly Omit<Event, "number">[]>) {
      for (const one of payload) {
        const event = { ...one, number: state.events };
        state.errands = withErrand(state.errands as Errand[], { kind: "tell", event }) as typeof state.errands;
        state.events += 1;
      }
    },
    left(state, { payload }: PayloadAction<Errand[]>) {
      state.errands = payload as typeof state.errands;
    },
    clashed(state, { payload }: PayloadAction<readonly Clash[]>) {
      state.clashes = [...payload];
    },
    edited(state, { payload }: PayloadAction<{ version: number; profile: Profile }>) {
      if (state.home) Object.assign(state.home, payload);
    },
    answered(state, { payload }: PayloadAction<readonly Answered[]>) {
      if (state.home) state.home.consent = withAnswers(state.home.consent, payload);
    },
    gone: () => initialState,
  },
});

function withAnswers(consent: Consent, answers: readonly Answered[]): Consent {
  const said = Object.fromEntries(answers.map(({ purpose, given }) => [purpose, given]));
  const now = { ...consent, ...said };
  // Without the programme there is no history to use.
  return now.programme ? now : { ...now, personalisation: false };
}

/** The profile as the guest has it, with what waits to be sent. */
export function profileOf({ home, errands }: Account): Profile | null {
  const edit = errands.find((errand) => errand.kind === "edit");
  return edit?.kind === "edit" ? edit.to : (home?.profile ?? null);
}

/** The consents as the guest has given them, with what waits to be sent. */
export function consentOf({ home, errands }: Account): Consent {
  const none = { programme: false, personalisation: false, marketing: false };
  const answers = errands.flatMap((errand) => (errand.kind === "answer" ? errand.answers : []));
  return withAnswers(home?.consent ?? none, answers);
}

/** The cards that are good at an instant of the office's clock. */
export function goodCards(home: Home | null, now: number): readonly Card[] {
  return home?.cards.filter(({ until }) => Date.parse(until) > now) ?? [];
}

/** The short codes of the week at an instant of the office's clock, one for each usual shop. */
export function codesAt(home: Home | null, now: number): readonly { shop: string; short: string; spoken: string }[] {
  const week = weekAt(now);
  return (home?.shops ?? []).flatMap(({ shop, weeks }) => weeks.filter((codes) => codes.week === week).map(({ short, spoken }) => ({ shop, short, spoken })));
}
