import { useState } from "react";
import type { Menu as Seen, Product } from "../door/answers";
import { Field } from "./Field";
import { MenuWork } from "./MenuWork";
import { Heads, Paper, Table } from "./Paper";
import { Taken } from "./Taken";
import { useView, useWords } from "./use";

/** The menu with what it costs, and how deep a discount may go on each product. */
export function Menu() {
  const edits = useView(({ session }) => session.clerk?.may.includes("menu_edit") ?? false);
  const way = useView(({ revision }) => revision.way);
  return (
    <>
      {edits && <MenuWork />}
      {way === null && <Paper name="menu">{(menu) => <Shelf menu={menu} />}</Paper>}
    </>
  );
}

function Shelf({ menu }: { readonly menu: Seen }) {
  const { say, dayOf, percent, counted } = useWords();
  const [wanted, want] = useState("");
  const costs = useView(({ session }) => session.clerk?.may.includes("costs") ?? false);
  const guarded = menu.products.some(({ deepest_bp }) => deepest_bp !== undefined);
  const numbers = [say("menu.price"), ...(costs ? [say("menu.cost"), say("menu.floor")] : []), ...(guarded ? [say("menu.deepest")] : [])];
  const fits = ({ name, category, sku }: Product) => `${name} ${category} ${sku}`.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase());
  const found = menu.products.filter(fits);
  const categories = [...new Set(found.map(({ category }) => category))];
  if (menu.products.length === 0) return <p className="empty">{say("menu.none")}</p>;
  return (
    <>
      <p className="hint">
        {menu.made !== null && say("menu.made", { day: dayOf(menu.made) })} {menu.margin_floor_bp !== undefined && say("menu.margin", { depth: percent(menu.margin_floor_bp) })}
      </p>
      <div className="search">
        <Field name="wanted" kind="search" label={say("menu.search")} value={wanted} onType={want} />
        <small aria-live="polite">{counted("products", found.length)}</small>
        <Taken what="menu" />
      </div>
      <Table label={say("screen.menu")}>
        <Heads words={[say("menu.product")]} numbers={numbers} />
        {categories.map((category) => (
          <tbody key={category}>
            <tr>
              <th scope="colgroup" colSpan={1 + numbers.length} className="group" dir="auto">
                {category}
              </th>
            </tr>
            {found.filter((product) => product.category === category).map((product) => (
              <Row key={product.sku} product={product} costs={costs} />
            ))}
          </tbody>
        ))}
      </Table>
    </>
  );
}

function Row({ product, costs }: { readonly product: Product; readonly costs: boolean }) {
  const { say, amount, day, percent } = useWords();
  const { cost_minor: cost, cost_day: since, floor_minor: floor, deepest_bp: deepest } = product;
  return (
    <tr data-sku={product.sku}>
      <td>
        <span dir="auto">{product.name}</span> <small>{product.sku}</small>
      </td>
      <td className="number">{amount(product.price_minor)}</td>
      {costs && (
        <td className="number">
          {cost == null ? <em className="amber">{say("menu.no_cost")}</em> : amount(cost)}
          {since != null && <small className="below">{say("menu.cost_of", { day: day(since) })}</small>}
        </td>
      )}
      {costs && <td className="number">{floor == null ? "–" : amount(floor)}</td>}
      {deepest !== undefined && (
        <td className="number">{deepest > 0 ? percent(deepest) : <em className="amber">{say(product.eligible ? "menu.none_fits" : "menu.not_eligible")}</em>}</td>
      )}
    </tr>
  );
}
