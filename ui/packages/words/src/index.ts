// Words of the screens in three languages. Keys live in the code, words only here.
import { be } from "./be";
import { en } from "./en";
import { type Key, ru } from "./ru";

export type { Key };
export { differences } from "./differences";
export type Language = "ru" | "be" | "en";

/** The languages of the screens, as those who speak them write them. */
export const LANGUAGES = [
  { code: "ru", name: "Русский", short: "Рус" },
  { code: "be", name: "Беларуская", short: "Бел" },
  { code: "en", name: "English", short: "Eng" },
] as const satisfies readonly { readonly code: Language; readonly name: string; readonly short: string }[];

export const catalogues: Record<Language, Record<Key, string>> = { ru, be, en };

/** A language the screens speak; Russian where it is not known. */
export function languageOf(code: string): Language {
  return code === "be" || code === "en" ? code : "ru";
}

/** Ways to say the words of a catalogue. */
export function speaker<K extends string>(catalogues: Readonly<Record<Language, Readonly<Record<K, string>>>>) {
  const say = (language: Language, key: K, values: Readonly<Record<string, string>> = {}): string => fill(catalogues[language][key], values);
  return {
    /** The words for a key with `{name}` replaced by values. */
    say,
    /** The words for a code, or those of another key where there are none. */
    find: (language: Language, key: string, other: K): string => say(language, key in catalogues[language] ? (key as K) : other),
  };
}

/** Words with `{name}` replaced by values; what has no value stays. */
export function fill(words: string, values: Readonly<Record<string, string>>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The words for a key with `{name}` replaced by values. */
export function say(language: Language, key: Key, values: Readonly<Record<string, string>> = {}): string {
  return fill(catalogues[language][key], values);
}

/** The words for a code of the counter, or nothing where the catalogue has none. */
export function find(language: Language, key: string, values: Record<string, string> = {}): string | null {
  return key in catalogues[language] ? say(language, key as Key, values) : null;
}

/** Money as people write it: 1 234,50 Br. Intl does not know Belarusian, so both use the Russian form of Belarus. */
export function money(language: Language, minor: number, currency: string): string {
  return format(language, currency).format(minor / 100);
}

/** Money without its currency, for columns of prices. */
export function amount(language: Language, minor: number): string {
  return plain(language).format(minor / 100);
}

/** A number that is no money, with at most so many digits behind the mark. */
export function number(language: Language, value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(language), { maximumFractionDigits: digits }).format(value);
}

/** Basis points as percent, without zeros behind the mark. */
export function percent(language: Language, bp: number): string {
  return `${number(language, bp / 100, 2)} %`;
}

const MONTHS: Record<Language, readonly string[]> = {
  ru: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
  be: ["студзеня", "лютага", "сакавіка", "красавіка", "мая", "чэрвеня", "ліпеня", "жніўня", "верасня", "кастрычніка", "лістапада", "снежня"],
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};

/** `2026-12-09` as a day and a month. Browsers have no Belarusian dates, so the table is ours. */
export function day(language: Language, date: string): string {
  const [, month, number] = date.split("-");
  const name = MONTHS[language][Number(month) - 1];
  return name === undefined ? date : `${Number(number)} ${name}`;
}

const two = (number: number) => String(number).padStart(2, "0");

/** A day and a month of an instant, with the year where it is another than now. */
export function dayOf(language: Language, at: string, offsetMin = localOffset(at)): string {
  const local = new Date(Date.parse(at) + offsetMin * 60_000);
  const words = day(language, local.toISOString().slice(0, 10));
  return local.getUTCFullYear() === new Date().getUTCFullYear() ? words : `${words} ${local.getUTCFullYear()}`;
}

/** Hour and minute of an instant. */
export function timeOf(at: string, offsetMin = localOffset(at)): string {
  const local = new Date(Date.parse(at) + offsetMin * 60_000);
  return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
}

/** Minutes that the clock here is ahead of UTC at an instant. */
function localOffset(at: string): number {
  return -new Date(at).getTimezoneOffset();
}

/** The form of a word for a number: of one, of two to four, of many. */
export function plural(language: Language, count: number, [one, few, many]: readonly [string, string, string]): string {
  if (language === "en") return count === 1 ? one : many;
  const tens = count % 100;
  const ones = count % 10;
  if (ones === 1 && tens !== 11) return one;
  return ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? few : many;
}

function locale(language: Language): string {
  return language === "en" ? "en-GB" : "ru-BY";
}

const formats = new Map<string, Intl.NumberFormat>();

function format(language: Language, currency: string): Intl.NumberFormat {
  return cached(`${language}${currency}`, () => {
    const style = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
    return new Intl.NumberFormat(locale(language), style);
  });
}

function plain(language: Language): Intl.NumberFormat {
  return cached(language, () => {
    return new Intl.NumberFormat(locale(language), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  });
}

function cached(key: string, make: () => Intl.NumberFormat): Intl.NumberFormat {
  const known = formats.get(key);
  if (known) return known;
  const made = make();
  formats.set(key, made);
  return made;
}
