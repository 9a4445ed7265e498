// Words of the guests' app in three languages. Money, days and plurals are those of all screens.
import type { Language } from "@kava/words";
import { day } from "@kava/words";
import { be } from "./be";
import { en } from "./en";
import { type Key, ru } from "./ru";

export type { Key };

export const catalogues: Record<Language, Record<Key, string>> = { ru, be, en };

/** The words for a key with `{name}` replaced by values. */
export function say(language: Language, key: Key, values: Readonly<Record<string, string>> = {}): string {
  return catalogues[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The words for a code, or those of another key where there are none. */
export function find(language: Language, key: string, other: Key): string {
  return key in catalogues[language] ? say(language, key as Key) : say(language, other);
}

const two = (number: number) => String(number).padStart(2, "0");

/** A day and a month, with the year where it is another than now. */
export function dayOf(language: Language, at: string, offsetMin = localOffset(at)): string {
  const local = new Date(Date.parse(at) + offsetMin * 60_000);
  const words = day(language, local.toISOString().slice(0, 10));
  return local.getUTCFullYear() === new Date().getUTCFullYear() ? words : `${words} ${local.getUTCFullYear()}`;
}

/** Hour and minute. */
export function timeOf(at: string, offsetMin = localOffset(at)): string {
  const local = new Date(Date.parse(at) + offsetMin * 60_000);
  return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
}

/** Minutes that this phone's clock is ahead of UTC at an instant. */
function localOffset(at: string): number {
  return -new Date(at).getTimezoneOffset();
}
