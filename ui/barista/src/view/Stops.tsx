import type { Dish } from "@kava/contract";
import { act } from "../state/act";
import { Pane } from "./Pane";
import { useDo, useThe, useWords } from "./use";

/** What the shop is out of today: a tap puts a product on the list, another one takes it off. */
export function Stops() {
  const { say } = useWords();
  const shelf = useThe((state) => state.till.shelf);
  return (
    <Pane title={say("more.stops")}>
      <p>{say("stops.hint")}</p>
      {(shelf?.categories ?? []).map((category) => (
        <section key={category} className="stops">
          <h2>{category}</h2>
          <div className="grid">
            {(shelf?.dishes ?? [])
              .filter((dish) => dish.category === category)
              .map((dish) => (
                <Stop key={dish.sizes[0]?.sku ?? dish.name} dish={dish} />
              ))}
          </div>
        </section>
      ))}
    </Pane>
  );
}

/** A product in all its sizes. */
function Stop({ dish }: { dish: Dish }) {
  const { say } = useWords();
  const dispatch = useDo();
  const out = dish.sizes.every((size) => size.out);
  const skus = dish.sizes.map(({ sku }) => sku);
  return (
    <button
      type="button"
      className="button chip"
      aria-pressed={out}
      onClick={() => void dispatch(act({ do: "stop", skus, out: !out }))}
    >
      {dish.name}
      {out && <small>{say("sale.out")}</small>}
    </button>
  );
}
