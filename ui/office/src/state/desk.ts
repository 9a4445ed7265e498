// What the office has answered, as it stands on the desk. Nothing is computed here.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Alarm, Attention, Clerk, Close, Counters, Day, Erasure, Lifts, Menu, ModelLine, Overview, Receipt, ReceiptPage, Report, ReportKind, Segments, Standing, Version } from "../door/answers";
import { continued, type Deeds, renewed } from "./deeds";
import { session } from "./session";

/** Everything that can lie on the desk, by name. */
export interface Papers {
  overview: Overview;
  days: readonly Day[];
  lift: Lifts;
  segments: Segments;
  counters: Counters;
  alarms: readonly Alarm[];
  menu: Menu;
  versions: readonly Version[];
  campaigns: readonly Standing[];
  attention: Attention;
  models: readonly ModelLine[];
  close: Close;
  erasures: readonly Erasure[];
  receipts: ReceiptPage;
  receipt: Receipt;
  reports: readonly ReportKind[];
  report: Report;
  clerks: readonly Clerk[];
  deeds: Deeds;
}

export type Name = keyof Papers;

/** One of them: what came last, and why nothing newer did. */
export interface Paper<T> {
  readonly value: T | null;
  readonly fault: string | null;
  /** When it came, by the clock here, in milliseconds. */
  readonly at: number;
  /** The number of the last question; what answers an earlier one is not wanted any more. */
  readonly question: number;
}

type Desk = { readonly [N in Name]: Paper<Papers[N]> };

/** A paper that came. */
export type Came = { [N in Name]: { readonly name: N; readonly value: Papers[N]; readonly at: number } }[Name];

const none = { value: null, fault: null, at: 0, question: 0 };
const initialState: Desk = { overview: none, days: none, lift: none, segments: none, counters: none, alarms: none, menu: none, versions: none, campaigns: none, attention: none, models: none, close: none, erasures: none, receipts: none, receipt: none, reports: none, report: none, clerks: none, deeds: none };

/** Nothing of a paper is left, and nothing that is under way will be taken for it. */
const emptied = ({ question }: Paper<unknown>) => ({ ...none, question: question + 1 });

const bare = (desk: Desk): Desk => Object.fromEntries(Object.entries(desk).map(([name, paper]) => [name, emptied(paper)])) as unknown as Desk;

export const desk = createSlice({
  name: "desk",
  initialState,
  reducers: {
    asked: (state, { payload }: PayloadAction<Name>) => ({ ...state, [payload]: { ...state[payload], question: state[payload].question + 1 } }),
    came: (state, { payload }: PayloadAction<Came>) => {
      const value = payload.name === "deeds" ? renewed(state.deeds.value, payload.value) : payload.value;
      return { ...state, [payload.name]: { ...state[payload.name], value, fault: null, at: payload.at } };
    },
    /** What came before stays to be read. */
    failed: (state, { payload: { name, fault } }: PayloadAction<{ name: Name; fault: string }>) => ({ ...state, [name]: { ...state[name], fault } }),
    cleared: (state, { payload }: PayloadAction<Name>) => ({ ...state, [payload]: emptied(state[payload]) }),
    /** Older deeds; of no use where they do not go on from the last one here. */
    older: (state, { payload: { before, page } }: PayloadAction<{ before: number; page: Deeds }>) => {
      const { deeds } = state;
      return deeds.value?.deeds.at(-1)?.id === before ? { ...state, deeds: { ...deeds, value: continued(deeds.value, page) } } : state;
    },
  },
  // Whoever signs in next sees only what is theirs.
  extraReducers: (builder) => {
    builder.addCase(session.actions.left, bare);
    builder.addCase(session.actions.invited, bare);
  },
});
