// Words of the console in three languages. Money, days and plurals are those of all screens.
import { type Language, speaker } from "@kava/words";
import { be } from "./be";
import { en } from "./en";
import { type Key as OwnKey, ru } from "./ru";
import { work as beWork } from "./work/be";
import { work as enWork } from "./work/en";
import { work as ruWork, type WorkKey } from "./work/ru";

export type Key = OwnKey | WorkKey;

export const catalogues: Record<Language, Record<Key, string>> = { ru: { ...ru, ...ruWork }, be: { ...be, ...beWork }, en: { ...en, ...enWork } };

export const { say, find } = speaker(catalogues);
