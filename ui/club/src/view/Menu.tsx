import type { Dish } from "../door/answers";
import { useCards, useView, useWords } from "./use";

/** The menu: list price, and the guest's with the chosen or the best card. */
export function Menu() {
  const { say, day } = useWords();
  const shelf = useView(({ account }) => account.home?.shelf);
  const dishes = shelf?.dishes ?? [];
  const categories = [...new Set(dishes.map(({ category }) => category))];
  const good = new Set(useCards().map(({ id }) => id));
  const any = dishes.some(({ mine = {} }) => Object.keys(mine).some((card) => good.has(card)));
  return (
    <section>
      <h1>{say("tab.menu")}</h1>
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
                  <Sold key={dish.sku} dish={dish} good={good} />
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

/** What a dish costs the guest by the chosen card, or by the best of those that are good. */
function mineOf({ mine = {} }: Dish, good: ReadonlySet<string>, choice: string | null): number | null {
  const prices = Object.entries(mine).filter(([card]) => good.has(card) && (choice === null || card === choice));
  return prices.length > 0 ? Math.min(...prices.map(([, price]) => price)) : null;
}

function Sold({ dish, good }: { readonly dish: Dish; readonly good: ReadonlySet<string> }) {
  const { amount, say } = useWords();
  const mine = mineOf(dish, good, useView(({ code }) => code.choice));
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
