// Where the clerk is: screens have addresses, so that one can be sent to a colleague, opened anew and gone back from.

export const SCREENS = ["overview", "counters", "menu", "campaigns", "segments", "receipts", "attention", "models", "close", "reports", "privacy", "clerks", "deeds", "self"] as const;
export type Screen = (typeof SCREENS)[number];

export interface Place {
  readonly screen: Screen;
  /** What of it: the number of a receipt; empty for all. */
  readonly of: string;
}

const BASE = "/office/";

/** The place that an address names; an unknown one is the overview. */
export function placeOf(path: string): Place {
  const [name = "", ...rest] = path.replace(BASE, "").split("/");
  const screen = SCREENS.find((one) => one === name) ?? "overview";
  try {
    return { screen, of: decodeURIComponent(rest.join("/")) };
  } catch {
    return { screen, of: "" };
  }
}

/** The address of a place. */
export function pathOf({ screen, of }: Place): string {
  const name = screen === "overview" ? "" : screen;
  return `${BASE}${name}${of === "" ? "" : `/${encodeURIComponent(of)}`}`;
}

/** The code of a one-time link, which stands where no server sees it. */
export function codeOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("enter");
}

/** The browser, as far as the state needs it. */
export interface Surroundings {
  readonly path: string;
  readonly hash: string;
  /** Another address, with a way back. */
  goTo(path: string): void;
  /** The address without what stood behind `#`. */
  tidy(): void;
  recall(name: string): string | null;
  remember(name: string, value: string): void;
}

/** The page's own. */
export function browser(): Surroundings {
  return {
    get path() {
      return location.pathname;
    },
    get hash() {
      return location.hash;
    },
    goTo: (path) => history.pushState(null, "", path),
    tidy: () => history.replaceState(null, "", location.pathname),
    recall: (name) => {
      try {
        return localStorage.getItem(name);
      } catch {
        return null;
      }
    },
    remember: (name, value) => {
      try {
        localStorage.setItem(name, value);
      } catch {
        // A browser that keeps nothing asks anew the next time.
      }
    },
  };
}
