import { amount, money, percent, plural, type Language } from "@kava/words";
import { useEffect, useState } from "react";
import { useDispatch, useSelector } from "react-redux";
import type { Card } from "../door/answers";
import type { Dispatch, State } from "../state/store";
import { dayOf, type Key, say, timeOf } from "../words";

export const useApp = useDispatch.withTypes<Dispatch>();
export const useView = useSelector.withTypes<State>();

/** Ways to say things in the language of now. */
export function useWords() {
  const language = useView(({ look }) => look.language);
  return wordsOf(language);
}

export function wordsOf(language: Language) {
  const words = (key: Key, values?: Readonly<Record<string, string>>) => say(language, key, values);
  const counted = (of: "visits" | "receipts", count: number) => words(plural(language, count, [`${of}.one`, `${of}.few`, `${of}.many`]) as Key, { count: String(count) });
  return {
    language,
    say: words,
    counted,
    percent: (bp: number) => percent(language, bp),
    money: (minor: number, currency: string) => money(language, minor, currency),
    amount: (minor: number) => amount(language, minor),
    day: (at: string, offset?: number) => dayOf(language, at, offset),
    time: timeOf,
    card: (card: Card) => `−${percent(language, card.depth_bp)} ${covers(words, card).toLocaleLowerCase(language)}`,
    covers: (card: Card) => covers(words, card),
  };
}

function covers(words: (key: Key, values?: Readonly<Record<string, string>>) => string, { scope, name }: Card): string {
  return scope.kind === "basket" ? words("cards.all") : words("cards.of", { what: name });
}

/** The time of the phone, anew so often. */
export function useClock(every: number): number {
  const [now, set] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
