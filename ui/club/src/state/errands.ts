// Errands: what the guest has done and the office has not heard yet. They go out in their order when there is a network.
import type { Answered, Event, Profile } from "../door/answers";

export type Errand =
  | { readonly kind: "edit"; readonly from: Profile; readonly to: Profile }
  | { readonly kind: "answer"; readonly answers: readonly Answered[] }
  | { readonly kind: "tell"; readonly event: Event };

/** Events that wait; older ones are given up first. */
const EVENTS_MAX = 200;

/** The errands with one more. An edit joins the one that waits already. */
export function withErrand(errands: readonly Errand[], next: Errand): Errand[] {
  if (next.kind === "edit") {
    const waits = errands.find((errand) => errand.kind === "edit");
    const rest = errands.filter((errand) => errand.kind !== "edit");
    return [...rest, waits === undefined ? next : { ...next, from: waits.from }];
  }
  if (next.kind === "tell") {
    const events = errands.filter((errand) => errand.kind === "tell");
    const oldest = events.length >= EVENTS_MAX ? events[0] : undefined;
    return [...errands.filter((errand) => errand !== oldest), next];
  }
  return [...errands, next];
}

/** The errands but for those that are done. An edit that was made meanwhile begins where the one that was sent ended, or
    the guest would clash with themselves. */
export function without(errands: readonly Errand[], done: readonly Errand[]): Errand[] {
  const sent = done.find((errand) => errand.kind === "edit");
  const left = errands.filter((errand) => !done.includes(errand));
  if (sent?.kind !== "edit") return left;
  return left.map((errand) => (errand.kind === "edit" ? { ...errand, from: sent.to } : errand));
}

/** What the guest has typed on since an edit was sent: what was sent is the profile's now. */
export function stillTyped(typed: Partial<Profile>, sent: Partial<Profile>): Partial<Profile> {
  return Object.fromEntries(Object.entries(typed).filter(([field, value]) => sent[field as keyof Profile] !== value));
}

/** A field that was changed here and elsewhere, differently. */
export interface Clash {
  readonly field: keyof Profile;
  readonly mine: string;
  readonly theirs: string;
}

export interface Merged {
  readonly profile: Profile;
  readonly clashes: readonly Clash[];
}

/** Joins two edits of one profile. What only one of them changed is taken; where both did, theirs stands until the guest
    says otherwise. */
export function merge(from: Profile, mine: Profile, theirs: Profile): Merged {
  const clashes: Clash[] = [];
  const field = (name: keyof Profile): string => {
    if (mine[name] === from[name] || mine[name] === theirs[name]) return theirs[name];
    if (theirs[name] === from[name]) return mine[name];
    clashes.push({ field: name, mine: mine[name], theirs: theirs[name] });
    return theirs[name];
  };
  const profile = {
    name: field("name"),
    birthday: field("birthday"),
    phone: field("phone"),
    email: field("email"),
    language: field("language"),
  };
  return { profile, clashes };
}
