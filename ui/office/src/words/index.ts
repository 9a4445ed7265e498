// Words of the console in three languages. Money, days and plurals are those of all screens.
import { type Language, speaker } from "@kava/words";
import { be } from "./be";
import { en } from "./en";
import { type Key as OwnKey, ru } from "./ru";
import { watch as beWatch } from "./watch/be";
import { watch as enWatch } from "./watch/en";
import { watch as ruWatch, type WatchKey } from "./watch/ru";
import { work as beWork } from "./work/be";
import { work as enWork } from "./work/en";
import { work as ruWork, type WorkKey } from "./work/ru";

export type Key = OwnKey | WatchKey | WorkKey;

export const catalogues: Record<Language, Record<Key, string>> = { ru: { ...ru, ...ruWatch, ...ruWork }, be: { ...be, ...beWatch, ...beWork }, en: { ...en, ...enWatch, ...enWork } };

export const { say, find } = speaker(catalogues);
