import { amount, dayOf, type Language, money, percent, plural, timeOf } from "@kava/words";
import { useEffect, useMemo, useState } from "react";
import { useDispatch, useSelector } from "react-redux";
import type { Card } from "../door/answers";
import { goodCards } from "../state/account";
import type { Dispatch, State } from "../state/store";
import { type Key, say } from "../words";

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
    card: (card: Card) => `−${percent(language, card.depth_bp)} · ${covers(words, card)}`,
    covers: (card: Card) => covers(words, card),
  };
}

/** What a card is for; names stay as they are, since "on" would bend them in other ways. */
function covers(words: (key: Key) => string, { scope, name }: Card): string {
  if (scope.kind === "basket") return words("cards.all");
  const [first = "", ...rest] = name;
  return first.toLocaleUpperCase() + rest.join("");
}

/** The office's time, as well as this phone knows it, anew so often: codes, cards and weeks go by it. */
export function useClock(every: number): number {
  const ahead = useView(({ account }) => account.ahead);
  const [now, set] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now + ahead;
}

/** The cards that are good now. */
export function useCards(): readonly Card[] {
  const now = useClock(10_000);
  const home = useView(({ account }) => account.home);
  return useMemo(() => goodCards(home, now), [home, now]);
}
