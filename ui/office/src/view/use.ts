import { amount, day, dayOf, type Language, money, number, percent, plural, timeOf } from "@kava/words";
import { useDispatch, useSelector } from "react-redux";
import type { Scope } from "../door/answers";
import type { Dispatch, State } from "../state/store";
import { find, type Key, say } from "../words";

export const useDesk = useDispatch.withTypes<Dispatch>();
export const useView = useSelector.withTypes<State>();

/** Ways to say things in the language of now, money in the chain's currency. */
export function useWords() {
  const language = useView(({ look }) => look.language);
  const currency = useView(({ session }) => session.clerk?.currency ?? "BYN");
  return wordsOf(language, currency);
}

type Values = Readonly<Record<string, string>>;

function wordsOf(language: Language, currency: string) {
  const words = (key: Key, values?: Values) => say(language, key, values);
  return {
    language,
    say: words,
    find: (key: string, other: Key) => find(language, key, other),
    counted: (of: "receipts" | "products" | "uses" | "uses_of", count: number) =>
      words(plural(language, count, [`${of}.one`, `${of}.few`, `${of}.many`]) as Key, { count: number(language, count) }),
    number: (value: number, digits?: number) => number(language, value, digits),
    percent: (bp: number) => percent(language, bp),
    money: (minor: number) => money(language, minor, currency),
    amount: (minor: number) => amount(language, minor),
    /** An instant as day and time. */
    when: (at: string, offset?: number) => `${dayOf(language, at, offset)}, ${timeOf(at, offset)}`,
    /** Hour and minute of an instant. */
    time: (at: string, offset?: number) => timeOf(at, offset),
    /** A day of the calendar. */
    day: (date: string) => day(language, date),
    /** The day of an instant. */
    dayOf: (at: string) => dayOf(language, at),
    scope: (scope: Scope, name = "of" in scope ? scope.of : "") => (scope.kind === "basket" ? words("scope.basket") : name),
  };
}
