// Deeds on the desk: the newest come anew again and again, older ones are asked for by hand and stay.
import type { Deed } from "../door/answers";

/** As many deeds as the office gives at a time. */
export const PAGE = 200;

export interface Deeds {
  /** Without a gap, the newest first. */
  readonly deeds: readonly Deed[];
  /** Whether nothing is older than the last. */
  readonly whole: boolean;
}

/** What the office gave in one answer. */
export const pageOf = (deeds: readonly Deed[]): Deeds => ({ deeds, whole: deeds.length < PAGE });

/** The deeds with the newest page as it is now. What was read of older ones stays, unless deeds between are not known. */
export function renewed(known: Deeds | null, newest: Deeds): Deeds {
  const last = newest.deeds.at(-1)?.id;
  if (known === null || newest.whole || !known.deeds.some(({ id }) => id === last)) return newest;
  return { deeds: [...newest.deeds, ...known.deeds.filter(({ id }) => last !== undefined && id < last)], whole: known.whole };
}

/** The deeds with the page that follows. */
export const continued = (known: Deeds, page: Deeds): Deeds => ({ deeds: [...known.deeds, ...page.deeds], whole: page.whole });
