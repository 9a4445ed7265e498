// Recorded orders of a town, sold again at the real screen: how many taps they take, that a personal discount adds none,
// and how often the usual is what the guest orders. `cargo xtask orders` makes the town and runs this.
import type { Shelf } from "@kava/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, SIZES } from "./browser";
import { Caller } from "./caller";
import { type Order, recorded } from "./recorded";
import { Shop } from "./shop";
import { type Tap, taps } from "./taps";
import { Person, WAIT } from "./till";

const FOLDER = process.env["KAVA_ORDERS"] ?? "";
const COUNT = Number(process.env["KAVA_ORDERS_COUNT"] ?? 60);
/** From so many visits on a guest is a regular, as in the published levels. */
const REGULAR_VISITS = 10;

/** How an order went. */
interface Sold {
  order: Order;
  /** Taps, the payment among them. */
  taps: number;
  /** Taps that somebody unknown would have needed. */
  plain: number;
  /** The usual was the whole order. */
  usual: boolean;
  discount: number;
}

let browser: Browser;
let shop: Shop;
let person: Person;
let till: Caller;
let shelf: Shelf;
let orders: Order[];

beforeAll(async () => {
  browser = await launch();
  const town = recorded(FOLDER, COUNT);
  orders = town.orders;
  shop = await Shop.open("simulator", town.past);
  person = await Person.at(await open(browser, SIZES.till), shop.address);
  till = new Caller(shop.address);
  await till.act({ do: "open_shift" });
  shelf = await till.shelf();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const middle = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const share = (some: Sold[], of: Sold[]) => (of.length === 0 ? 0 : Math.round((some.length / of.length) * 1000) / 10);

/** What the usual's button says of an order. */
function inWords(order: Order): string[] {
  const names = order.lines.map(({ sku, qty }) => {
    const dish = shelf.dishes.find(({ sizes }) => sizes.some((size) => size.sku === sku));
    const label = dish?.sizes.find((size) => size.sku === sku)?.label ?? "";
    const name = label === "" ? (dish?.name ?? sku) : `${dish?.name} ${label}`;
    return qty === 1 ? name : `${qty} × ${name}`;
  });
  return names.toSorted();
}

async function tap(one: Tap): Promise<void> {
  const { page } = person;
  if (one.on === "category") {
    await page.locator(".rail").getByRole("button", { name: one.name ?? "Популярное", exact: true }).click();
    return;
  }
  const before = await person.lines();
  if (one.on === "tile") await page.locator(".tile").nth(one.at).click();
  else if (one.on === "size") await page.getByRole("group", { name: "Размер" }).getByRole("button").nth(one.at).click();
  else await page.getByRole("button", { name: "Больше" }).click();
  await expect.poll(() => person.lines(), WAIT).not.toBe(before);
}

/** Serves one guest as a person does who reads the screen. */
async function serve(order: Order): Promise<Sold> {
  const plan = taps(order.lines, shelf);
  if (!plan) throw new Error(`the menu lacks something of ${JSON.stringify(order)}`);
  let count = 0;
  let usual = false;
  if (order.card) {
    await person.greet(order.card);
    const { guest } = await till.screen();
    usual = guest?.usual?.text.split(", ").toSorted().join() === inWords(order).join();
  }
  if (usual) {
    await person.tap(/Как обычно/);
    await expect.poll(async () => (await till.screen()).cart.lines.length, WAIT).toBe(order.lines.length);
    count += 1;
  } else {
    for (const one of plan) {
      await tap(one);
      count += 1;
    }
  }
  const wanted = order.lines.map(({ sku, qty }) => `${qty} ${sku}`).toSorted();
  // A price that comes later than its line changes the cart, too, so one change of it says not yet that the last tap was heard.
  const inCart = async () => (await till.screen()).cart.lines.map(({ sku, qty }) => `${qty} ${sku}`).toSorted();
  await expect.poll(inCart, WAIT).toEqual(wanted);
  const { cart } = await till.screen();
  await person.payByCard();
  count += 1;
  await expect.poll(async () => (await till.screen()).paid?.net_minor, WAIT).toBe(cart.net_minor);
  return { order, taps: count, plain: plan.length + 1, usual, discount: cart.discount_minor };
}

describe("recorded orders", () => {
  it(`take three taps or fewer with payment at the median, ${COUNT} of them`, { timeout: 120_000 + COUNT * 10_000 }, async () => {
    const sold: Sold[] = [];
    for (const order of orders) sold.push(await serve(order));
    const guests = sold.filter(({ order }) => order.card !== null);
    const discounted = guests.filter(({ discount }) => discount > 0);
    const regulars = guests.filter(({ order }) => order.visits >= REGULAR_VISITS);
    const hits = regulars.filter(({ usual }) => usual);
    const taken = sold.map((one) => one.taps);
    console.log(
      `orders: ${sold.length}, taps with payment: median ${middle(taken)}, most ${Math.max(...taken)}, ` +
        `without a guest's code: median ${middle(sold.map((one) => one.plain))}`,
    );
    console.log(`guests: ${guests.length}, with a discount ${discounted.length}, added by it: ${Math.max(...guests.map((one) => one.taps - one.plain))} taps at most`);
    console.log(`regulars: ${regulars.length}, the usual is the whole order of ${hits.length}, ${share(hits, regulars)} %`);
    expect(middle(taken)).toBeLessThanOrEqual(3);
    expect(discounted.length).toBeGreaterThan(0);
    expect(guests.filter((one) => one.taps > one.plain)).toEqual([]);
    expect(share(hits, regulars)).toBeGreaterThanOrEqual(50);
  });
});
