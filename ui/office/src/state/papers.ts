// Papers for the desk: what the screen of now needs is asked of the office; and what is asked by hand.
import { faultOf, Refused } from "@kava/door/faults";
import type { Right } from "../door/answers";
import type { Door } from "../door/door";
import { type Came, desk, type Name, type Papers } from "./desk";
import { pageOf } from "./deeds";
import type { Screen } from "./place";
import { session } from "./session";
import { wantedOf } from "./sift";
import { type Api, type State, thunk } from "./store";

/** The session is over: whatever was asked, the clerk signs in again. */
export const isOver = (why: unknown): boolean => why instanceof Refused && why.code === "desk_stranger";

/** The right that a screen needs. */
const RIGHTS: Readonly<Record<Screen, Right | null>> = {
  overview: null,
  counters: "counters",
  menu: "menu",
  campaigns: "campaigns",
  segments: "segments",
  receipts: "receipts",
  attention: "attention",
  models: "models",
  close: "close",
  reports: null,
  privacy: "privacy",
  clerks: "clerks",
  deeds: "deeds",
  self: null,
};

/** Whether somebody may see a screen. */
export function maySee(may: readonly Right[], screen: Screen): boolean {
  const right = RIGHTS[screen];
  return right === null || may.includes(right);
}

/** A receipt is asked for by its number, everything else by its name. */
type Plain = Exclude<Name, "receipt">;

const ASK: { readonly [N in Plain]: (door: Door, state: State) => Promise<Papers[N]> } = {
  overview: (door) => door.overview(),
  days: (door) => door.days(),
  lift: (door) => door.lift(),
  segments: (door) => door.segments(),
  counters: (door) => door.counters(),
  alarms: (door) => door.alarms(),
  menu: (door) => door.menu(),
  versions: (door) => door.versions(),
  campaigns: (door) => door.campaigns(),
  attention: (door) => door.attention(),
  models: (door) => door.models(),
  erasures: (door) => door.erasures(),
  close: (door, { closing }) => door.close(closing),
  receipts: (door, { sift }) => door.receipts(wantedOf(sift)),
  reports: (door) => door.reports(),
  report: (door, { reporting }) => door.report(reporting),
  clerks: (door) => door.clerks(),
  deeds: async (door) => pageOf(await door.deeds(null)),
};

/** What a screen lays on the desk. */
const NEEDS: Readonly<Record<Screen, readonly Plain[]>> = {
  overview: ["overview", "days", "lift"],
  counters: ["counters", "alarms"],
  menu: ["menu", "versions"],
  campaigns: ["campaigns", "menu", "lift"],
  segments: ["segments"],
  receipts: ["receipts", "counters"],
  attention: ["attention"],
  models: ["models"],
  close: ["close"],
  reports: ["reports", "report"],
  privacy: ["erasures"],
  clerks: ["clerks"],
  deeds: ["deeds"],
  self: [],
};

/** Rights beside the screen's own that a paper needs. */
const PAPER_RIGHTS: Partial<Readonly<Record<Plain, Right>>> = { menu: "menu", versions: "menu_edit", counters: "counters", days: "sales", lift: "costs" };

/** Why papers are fetched: somebody comes to a screen, or it is looked at for a while by a person or by nobody. */
export type Cause = "arrival" | "person" | "clock";

/** How long whoever stays keeps what is much to reckon and changes little. */
const RECKONED_MS = 300_000;
const RECKONED: readonly Plain[] = ["days", "lift", "segments", "attention", "models", "close"];

/** What the screen of now needs of the office. */
function needs({ look: { screen, of }, session: { clerk }, desk }: State, cause: Cause): readonly Plain[] {
  if (screen === "receipts" && of !== "") return [];
  const has = (name: Plain) => PAPER_RIGHTS[name] === undefined || (clerk?.may.includes(PAPER_RIGHTS[name]) ?? false);
  const isFresh = (name: Plain) => desk[name].value !== null && desk[name].fault === null && Date.now() - desk[name].at < RECKONED_MS;
  const keeps = (name: Plain) => cause !== "arrival" && RECKONED.includes(name) && isFresh(name);
  return NEEDS[screen].filter((name) => has(name) && !keeps(name));
}

/** Lays on the desk what the screen of now needs: for somebody who looks, or because time has passed. */
export const fetchPapers = thunk("papers", async (asked: Cause | undefined, api) => {
  const { look: { screen, of }, session: { clerk, phase } } = api.getState();
  const cause = asked ?? "arrival";
  if (phase !== "clerk" || clerk === null || !maySee(clerk.may, screen)) return;
  const door = cause === "clock" ? api.extra.clock : api.extra.door;
  await Promise.all(needs(api.getState(), cause).map((name) => fetchPaper(name, api, door)));
  if (screen === "receipts" && of !== "") await fetchReceipt(of, api, door);
});

/** Asks for one of them anew. */
export function fetchPaper<N extends Plain>(name: N, api: Api, door = api.extra.door): Promise<void> {
  return lay(name, () => ASK[name](door, api.getState()), api);
}

async function fetchReceipt(id: string, api: Api, door: Door): Promise<void> {
  if (api.getState().desk.receipt.value?.receipt !== id) api.dispatch(desk.actions.cleared("receipt"));
  await lay("receipt", () => door.receipt(id), api);
}

async function lay<N extends Name>(name: N, ask: () => Promise<Papers[N]>, { dispatch, getState }: Api): Promise<void> {
  dispatch(desk.actions.asked(name));
  const { question } = getState().desk[name];
  // Meanwhile something else may be asked, or somebody else sit here.
  const isWanted = () => getState().desk[name].question === question;
  try {
    const value = await ask();
    if (isWanted()) dispatch(desk.actions.came({ name, value, at: Date.now() } as Came));
  } catch (why) {
    if (!isWanted()) return;
    if (isOver(why)) dispatch(session.actions.left("desk_stranger"));
    else dispatch(desk.actions.failed({ name, fault: faultOf(why) }));
  }
}

/** Asks for something by hand: the button waits, and what goes wrong is said beside it. Whether it was done. */
export async function byHand({ dispatch }: Api, ask: () => Promise<void>): Promise<boolean> {
  dispatch(session.actions.asked(true));
  try {
    await ask();
    dispatch(session.actions.asked(false));
    return true;
  } catch (why) {
    if (isOver(why)) dispatch(session.actions.left("desk_stranger"));
    else dispatch(session.actions.failed(faultOf(why)));
    return false;
  }
}
