// Another menu, with an office of this process.
import { Refused } from "@kava/door/faults";
import { describe, expect, it } from "vitest";
import { answers } from "../dev/examples";
import { takeSeat } from "../dev/seat";
import type { MenuWish } from "../door/answers";
import { open } from "./act";
import { editsOf, percents } from "./edits";
import { publishMenu, tryMenu, typeMenu, work } from "./menu";

const WISH: MenuWish = { kind: "return", version: 4 };
const MENU = { path: "/office/menu", hash: "" };

describe("another menu", () => {
  it("is tried first, published as the version that it was tried from, and shown anew", async () => {
    const said: (number | null)[] = [];
    const { store, asked } = takeSeat({ revise: (_, publish) => (said.push(publish), Promise.resolve({ ...answers.revision, published: publish === null ? null : 8 })) }, MENU);
    await store.dispatch(open());
    await store.dispatch(work("history"));
    await store.dispatch(publishMenu(WISH));
    expect(said).toEqual([]);
    await store.dispatch(tryMenu(WISH));
    expect(store.getState().revision.tried).toMatchObject({ base: 7, published: null });
    asked.length = 0;
    await store.dispatch(publishMenu(WISH));
    expect(said).toEqual([null, 7]);
    expect(asked).toEqual(["revise", "menu", "versions"]);
    expect(store.getState().revision.tried?.published).toBe(8);
  });

  it("is to be tried again once something else is typed, or somebody else was faster", async () => {
    const moved = () => Promise.reject(new Refused("desk_menu_moved", "moved"));
    const { store } = takeSeat({ revise: (_, publish) => (publish === null ? Promise.resolve(answers.revision) : moved()) }, MENU);
    await store.dispatch(open());
    await store.dispatch(tryMenu(WISH));
    await store.dispatch(typeMenu());
    expect(store.getState().revision.tried).toBeNull();
    await store.dispatch(tryMenu(WISH));
    await store.dispatch(publishMenu(WISH));
    expect(store.getState()).toMatchObject({ revision: { tried: null }, session: { fault: "desk_menu_moved" } });
  });
});

describe("edits that are typed", () => {
  const { products } = answers.menu;
  const nothing = { percent: "", eligible: "" } as const;
  const all = new Set(products.map(({ sku }) => sku));

  it("are those that differ from what there is", () => {
    const typed = { "cap-m": { price: "7,40", cost: "1,96", eligible: true }, cro: { off: true }, lem: { price: " " } };
    expect(editsOf(products, typed, all, nothing)).toEqual({ edits: [{ sku: "cap-m", price_minor: 740 }, { sku: "cro", off: true }] });
  });

  it("for all that were found leave what was typed for one of them", () => {
    const found = new Set(["cap-m", "lat-l", "gift"]);
    const typed = { "cap-m": { price: "7,00" } };
    const edits = [{ sku: "cap-m", price_minor: 700 }, { sku: "lat-l", price_by_bp: -250 }, { sku: "gift", price_by_bp: -250, eligible: true }];
    expect(editsOf(products, typed, found, { percent: "−2,5", eligible: "yes" })).toEqual({ edits });
  });

  it("that cannot be read are named, and nothing is sent", () => {
    expect(editsOf(products, { lem: { cost: "дорого" } }, all, nothing)).toEqual({ wrong: ["lem"] });
    expect(editsOf(products, {}, all, { percent: "half", eligible: "" })).toEqual({ wrong: ["percent"] });
    expect(["5", "+2,5", "-1", "−0.5", "", "1%"].map(percents)).toEqual([500, 250, -100, -50, null, null]);
  });
});
