// Words of the console in three languages. Money, days and plurals are those of all screens.
import { type Language, speaker } from "@kava/words";
import { be } from "./be";
import { close as beClose } from "./close/be";
import { close as enClose } from "./close/en";
import { type CloseKey, close as ruClose } from "./close/ru";
import { en } from "./en";
import { type Key as OwnKey, ru } from "./ru";
import { models as beModels } from "./models/be";
import { models as enModels } from "./models/en";
import { models as ruModels, type ModelsKey } from "./models/ru";
import { reports as beReports } from "./reports/be";
import { reports as enReports } from "./reports/en";
import { reports as ruReports, type ReportsKey } from "./reports/ru";
import { watch as beWatch } from "./watch/be";
import { watch as enWatch } from "./watch/en";
import { watch as ruWatch, type WatchKey } from "./watch/ru";
import { work as beWork } from "./work/be";
import { work as enWork } from "./work/en";
import { work as ruWork, type WorkKey } from "./work/ru";

export type Key = CloseKey | ModelsKey | OwnKey | ReportsKey | WatchKey | WorkKey;

export const catalogues: Record<Language, Record<Key, string>> = { ru: { ...ru, ...ruModels, ...ruClose, ...ruReports, ...ruWatch, ...ruWork }, be: { ...be, ...beModels, ...beClose, ...beReports, ...beWatch, ...beWork }, en: { ...en, ...enModels, ...enClose, ...enReports, ...enWatch, ...enWork } };

export const { say, find } = speaker(catalogues);
