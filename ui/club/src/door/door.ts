import type { Answered, Edited, Event, Home, Joining, Profile, Receipt } from "./answers";

/** What the app may ask of the office. */
export interface Door {
  join(joining: Joining): Promise<Home>;
  home(): Promise<Home>;
  receipts(before: string): Promise<Receipt[]>;
  edit(version: number, profile: Profile): Promise<Edited>;
  answers(): Promise<Answered[]>;
  answer(answers: readonly Answered[]): Promise<void>;
  tell(events: readonly Event[]): Promise<void>;
  transfer(): Promise<{ code: string; expires: string }>;
  /** Everything that the office has of the guest, as text. */
  takeAlong(): Promise<string>;
  erase(): Promise<void>;
}

/** The office does not answer, or not now. */
export class OfficeGone extends Error {
  override name = "OfficeGone";
  constructor(
    path: string,
    /** Why, where the office says it. */
    readonly code = "gone",
  ) {
    super(path);
  }
}

/** The office answers with a refusal that has a code. */
export class Refused extends Error {
  override name = "Refused";
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
