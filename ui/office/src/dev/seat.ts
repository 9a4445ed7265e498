// A console without a page, for tests: an office and a browser of this process.
import type { Door } from "../door/door";
import { fakeDoor } from "../door/fake";
import type { Surroundings } from "../state/place";
import { makeStore } from "../state/store";
import { answers } from "./examples";

/** A store at an address, before an office that differs in `over` from the usual one; with what was asked of it by hand and by
 * the clock, and what the browser keeps. */
export function takeSeat(over: Partial<Door> = {}, address = { path: "/office/", hash: "" }) {
  const door = { ...fakeDoor(answers), ...over };
  const asked: string[] = [];
  const unasked: string[] = [];
  const kept = new Map<string, string>([["language", "ru"]]);
  const browser = {
    ...address,
    goTo: () => {},
    tidy: () => void (browser.hash = ""),
    recall: (name: string) => kept.get(name) ?? null,
    remember: (name: string, value: string) => void kept.set(name, value),
  } satisfies Surroundings;
  const store = makeStore({ door: heard(door, asked), clock: heard(door, unasked), browser });
  return { store, asked, unasked, browser, kept };
}

/** The same door, which writes down what is asked of it. */
function heard(door: Door, asked: string[]): Door {
  const named = Object.entries(door).map(([name, ask]) => [
    name,
    (...words: never[]) => {
      asked.push(name);
      return (ask as (...words: never[]) => unknown)(...words);
    },
  ]);
  return Object.fromEntries(named) as unknown as Door;
}
