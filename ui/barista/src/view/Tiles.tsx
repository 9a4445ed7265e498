import type { Dish } from "@kava/contract";
import { act } from "../state/act";
import { useDo, useThe, useWords } from "./use";

/** Tiles on the first page; a shop with more in a category turns pages there by its rail. */
const TILES = 20;

/** Products in their places: the bestsellers of this time of day, or a category. */
export function Tiles() {
  const shelf = useThe((state) => state.till.shelf);
  const category = useThe((state) => state.look.category);
  const likes = useThe((state) => state.till.screen?.guest?.likes);
  const dishes = (shelf?.dishes ?? []).filter((dish) => (category === null ? dish.top : dish.category === category));
  const hues = new Map((shelf?.categories ?? []).map((name, at) => [name, at] as const));
  return (
    <div className={dishes.length > TILES ? "tiles many" : "tiles"} role="group">
      {dishes.map((dish) => (
        <Tile
          key={dish.sizes[0]?.sku ?? dish.name}
          dish={dish}
          hue={hues.get(dish.category) ?? 0}
          liked={likes?.find((like) => dish.sizes.some((size) => size.sku === like.sku))?.why ?? null}
        />
      ))}
    </div>
  );
}

/** One product. A tap adds the size that sells best. */
export function Tile({ dish, hue, liked }: { dish: Dish; hue: number; liked: string | null }) {
  const { say, amount } = useWords();
  const dispatch = useDo();
  const size = dish.sizes[dish.usual] ?? dish.sizes[0];
  if (!size) return null;
  return (
    <button
      type="button"
      className={size.out ? `tile out hue-${hue % 8}` : `tile hue-${hue % 8}`}
      disabled={size.out}
      onClick={() => void dispatch(act({ do: "add", sku: size.sku, qty: 1, with: [] }))}
    >
      <span className="name">{dish.name}</span>
      <span className="foot">
        {size.out ? <em>{say("sale.out")}</em> : <b>{amount(size.price_minor)}</b>}
        {!size.out && dish.sizes.length > 1 && <small>{size.label}</small>}
        {liked && !size.out && (
          <i title={liked} className="liked">
            ★
          </i>
        )}
      </span>
    </button>
  );
}
