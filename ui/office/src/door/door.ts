import type { Alarm, Attention, Campaign, Clerk, Close, CloseWanted, Counters, Day, Deed, Erasure, Guest, Invited, Lifts, Menu, MenuWish, ModelLine, Overview, Receipt, ReceiptPage, Rehearsal, Report, ReportKind, ReportWanted, Revision, Role, Secret, Segments, Session, Standing, Version, Wanted } from "./answers";

/** What the console may ask of the office. */
export interface Door {
  /** Whose a one-time link is; it stays good. */
  link(code: string): Promise<Invited>;
  /** Spends the link on a password. */
  enter(code: string, password: string): Promise<Session>;
  login(name: string, password: string, second: string): Promise<Session>;
  logout(): Promise<void>;
  session(): Promise<Session>;
  /** Another password; every other session of this clerk ends. */
  password(old: string, fresh: string): Promise<Session>;
  /** A secret for a second device; it holds from its first digits on. */
  offerSecond(): Promise<Secret>;
  confirmSecond(digits: string): Promise<void>;
  removeSecond(password: string): Promise<void>;
  overview(): Promise<Overview>;
  counters(): Promise<Counters>;
  alarms(): Promise<readonly Alarm[]>;
  menu(): Promise<Menu>;
  versions(): Promise<readonly Version[]>;
  /** Tries another menu, or publishes it where this version is still in force. */
  revise(wish: MenuWish, publish: number | null): Promise<Revision>;
  campaigns(): Promise<readonly Standing[]>;
  /** What a campaign would have done on the last ninety days; nothing begins. */
  rehearse(campaign: Campaign): Promise<Rehearsal>;
  launch(campaign: Campaign): Promise<void>;
  end(campaign: string): Promise<void>;
  /** Two weeks, the oldest first. */
  days(): Promise<readonly Day[]>;
  lift(): Promise<Lifts>;
  segments(): Promise<Segments>;
  attention(): Promise<Attention>;
  /** The chain's bundles of models, then those of shops that have their own. */
  models(): Promise<readonly ModelLine[]>;
  /** Gives the bundle of this version, which is on its way, to more shops. */
  advanceModels(shop: string, version: number): Promise<void>;
  /** Puts a version's models in force again, if the newest is still the one that was seen. */
  returnModels(shop: string, to: number, seen: number): Promise<void>;
  close(wanted: CloseWanted): Promise<Close>;
  /** Guests by something that only they or their receipt says. */
  findGuest(asked: string): Promise<readonly Guest[]>;
  /** Everything that is kept of a guest. */
  exportGuest(customer: string): Promise<unknown>;
  eraseGuest(customer: string): Promise<void>;
  erasures(): Promise<readonly Erasure[]>;
  /** The same day with an acquirer's statement beside it, from a file or as a total alone. */
  bringStatement(wanted: CloseWanted, file: Blob, name: string): Promise<Close>;
  bringTotal(wanted: CloseWanted, total_minor: number): Promise<Close>;
  receipts(wanted: Wanted): Promise<ReceiptPage>;
  receipt(id: string): Promise<Receipt>;
  /** The reports that the clerk may read. */
  reports(): Promise<readonly ReportKind[]>;
  report(wanted: ReportWanted): Promise<Report>;
  clerks(): Promise<readonly Clerk[]>;
  /** The one-time link of somebody new. */
  invite(name: string, role: Role, shop: string): Promise<{ readonly link: string; readonly expires: string }>;
  revoke(name: string): Promise<void>;
  deeds(before: number | null): Promise<readonly Deed[]>;
}
