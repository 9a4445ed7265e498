import type { Dish } from "../door/answers";
import { useView, useWords } from "./use";

/** The menu: list price, and the guest's with the chosen or the best card. */
export function Menu() {
  const { say, day } = useWords();
  const shelf = useView(({ account }) => account.home?.shelf);
  const dishes = shelf?.dishes ?? [];
  const categories = [...new Set(dishes.map(({ category }) => category))];
  const any = dishes.some(({ mine }) => mine !== undefined);
  return (
    <section>
      <h1>{say("menu.title")}</h1>
      {dishes.length === 0 ? (
        <p className="empty">{say("menu.none")}</p>
      ) : (
        <>
          {any && <p className="hint">{say("menu.mine")}</p>}
          {categories.map((category) => (
            <section key={category} className="shelf">
              <h2 dir="auto">{category}</h2>
              <ul>
                {dishes.filter((dish) => dish.category === category).map((dish) => (
                  <Sold key={dish.sku} dish={dish} />
                ))}
              </ul>
            </section>
          ))}
        </>
      )}
      {shelf?.made != null && <p className="as-of">{say("menu.made", { day: day(shelf.made) })}</p>}
    </section>
  );
}

function Sold({ dish }: { readonly dish: Dish }) {
  const { amount, say } = useWords();
  const choice = useView(({ code }) => code.choice);
  const prices = Object.values(dish.mine ?? {});
  const best = prices.length > 0 ? Math.min(...prices) : null;
  const mine = (choice === null ? best : (dish.mine?.[choice] ?? null)) ?? null;
  return (
    <li>
      <span dir="auto">{dish.name}</span>
      {mine === null ? (
        <b>{amount(dish.price_minor)}</b>
      ) : (
        <span className="two">
          <s aria-label={say("menu.price", { price: amount(dish.price_minor) })}>{amount(dish.price_minor)}</s> <b className="saved">{amount(mine)}</b>
        </span>
      )}
    </li>
  );
}
