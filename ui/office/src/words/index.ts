// Words of the console in three languages. Money, days and plurals are those of all screens.
import { type Language, speaker } from "@kava/words";
import { be } from "./be";
import { en } from "./en";
import { type Key, ru } from "./ru";

export type { Key };

export const catalogues: Record<Language, Record<Key, string>> = { ru, be, en };

export const { say, find } = speaker(catalogues);
