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
