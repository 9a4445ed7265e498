// The journal on the desk: the newest deeds come anew again and again, older ones are asked for by hand and stay.
import type { Deed } from "../door/answers";

/** As many deeds as the office gives at a time. */
export const PAGE = 200;

export interface Journal {
  /** Without a gap, the newest first. */
  readonly deeds: readonly Deed[];
  /** Whether nothing is older than the last. */
  readonly whole: boolean;
}

/** What the office gave in one answer. */
export const pageOf = (deeds: readonly Deed[]): Journal => ({ deeds, whole: deeds.length < PAGE });

/** The journal with the newest page as it is now. What was read of older ones stays, unless deeds between are not known. */
export function renewed(known: Journal | null, newest: Journal): Journal {
  const last = newest.deeds.at(-1)?.id;
  if (known === null || newest.whole || !known.deeds.some(({ id }) => id === last)) return newest;
  return { deeds: [...newest.deeds, ...known.deeds.filter(({ id }) => last !== undefined && id < last)], whole: known.whole };
}

/** The journal with the page that follows. */
export const continued = (known: Journal, page: Journal): Journal => ({ deeds: [...known.deeds, ...page.deeds], whole: page.whole });
