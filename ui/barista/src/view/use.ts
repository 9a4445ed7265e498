// What components use: the store, and words in the language of the screen.
import { amount, day, find, type Key, languageOf, money, number, percent, plural, say } from "@kava/words";
import { useDispatch, useSelector } from "react-redux";
import type { Dispatch, State } from "../state/store";

export const useDo = (): Dispatch => useDispatch<Dispatch>();
export const useThe = <T>(select: (state: State) => T): T => useSelector(select);

/** Words, money and dates in the language of the screen. */
export function useWords() {
  const language = languageOf(useThe((state) => state.till.screen?.language ?? "ru"));
  const currency = useThe((state) => state.till.screen?.currency ?? "BYN");
  return {
    language,
    say: (key: Key, values?: Record<string, string>) => say(language, key, values),
    find: (key: string, values?: Record<string, string>) => find(language, key, values),
    money: (minor: number) => money(language, minor, currency),
    amount: (minor: number) => amount(language, minor),
    percent: (bp: number) => percent(language, bp),
    number: (value: number) => number(language, value, 1),
    day: (date: string) => day(language, date),
    visits: (count: number) =>
      say(language, plural(language, count, ["guest.visits_one", "guest.visits_few", "guest.visits_many"]) as Key, {
        count: String(count),
      }),
  };
}
