// What a person taps to put an order into an empty cart, as short as the screen allows.
import type { Dish, Shelf } from "@kava/contract";

export interface Wish {
  sku: string;
  qty: number;
}

/** One tap. */
export type Tap =
  | { on: "category"; name: string | null }
  | { on: "tile"; at: number }
  | { on: "size"; at: number }
  | { on: "more" };

/** The taps for these lines, on the first page to begin with. Null where the menu has no such product. */
export function taps(wishes: readonly Wish[], shelf: Shelf): Tap[] | null {
  const found = wishes.map((wish) => {
    const dish = shelf.dishes.find(({ sizes }) => sizes.some(({ sku }) => sku === wish.sku));
    return dish && { ...wish, dish, size: dish.sizes.findIndex(({ sku }) => sku === wish.sku) };
  });
  if (!found.every((one) => one !== undefined)) return null;
  // What stands on the first page comes first; of one dish, what its tile gives comes last, because a tap on the tile
  // right after it would count it up.
  const usual = (one: { dish: Dish; size: number }) => Number(one.size === one.dish.usual);
  const page = ({ dish }: { dish: Dish }) => (dish.top ? "" : dish.category);
  const sorted = found.toSorted(
    (a, b) => page(a).localeCompare(page(b)) || a.dish.name.localeCompare(b.dish.name) || usual(a) - usual(b),
  );
  let open: string | null = null;
  return sorted.flatMap(({ dish, size, qty }): Tap[] => {
    const category = dish.top ? null : dish.category;
    const turn: Tap[] = category === open ? [] : [{ on: "category", name: category }];
    open = category;
    const tiles = shelf.dishes.filter((one) => (category === null ? one.top : one.category === category));
    const choose: Tap[] = size === dish.usual ? [] : [{ on: "size", at: size }];
    const more = Array.from({ length: qty - 1 }, (): Tap => ({ on: "more" }));
    return [...turn, { on: "tile", at: tiles.indexOf(dish) }, ...choose, ...more];
  });
}
