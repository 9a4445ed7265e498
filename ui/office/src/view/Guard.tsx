import { Icon } from "@kava/parts";
import type { Scope } from "../door/answers";
import { type Guarded, meets } from "../state/draft";
import { Heads, Table } from "./Paper";
import { useView, useWords } from "./use";

/** Products that are listed; the rest is counted. */
const LISTED = 8;

/** What the guard at every counter will make of a campaign, before it is sent: no price falls below its floor. */
export function Guard({ scope, depth }: { readonly scope: Scope; readonly depth: number | null }) {
  const { say, percent } = useWords();
  const menu = useView(({ desk }) => desk.menu.value);
  // Whoever may not see how deep discounts go is told nothing wrong.
  if (menu === null || !menu.products.some(({ deepest_bp }) => deepest_bp !== undefined)) return null;
  const met = meets(menu.products, scope, depth ?? 0);
  return (
    <aside className="sheet guard" aria-live="polite" data-testid="guard">
      <h2>{say("guard.title")}</h2>
      <p className="hint">{menu.margin_floor_bp === undefined ? say("guard.hint") : say("guard.hint_margin", { depth: percent(menu.margin_floor_bp) })}</p>
      {depth === null ? <p className="hint">{say("guard.pick")}</p> : <Verdict {...met} />}
      <Cut cut={met.cut} />
    </aside>
  );
}

/** Whether all of it goes through. Green is only what holds on something, and on all of that. */
function Verdict({ covered, cut, deepest }: ReturnType<typeof meets>) {
  const { say, percent, counted } = useWords();
  const whole = covered.length > 0 && cut.length === 0;
  const values = { cut: counted("products", cut.length), all: String(covered.length) };
  const shorn = deepest === 0 ? say("guard.cut_none", values) : say("guard.cut", { ...values, deepest: percent(deepest) });
  const said = covered.length === 0 ? say("guard.nothing") : shorn;
  return (
    <p className={whole ? "notice good" : "notice"}>
      <Icon name={whole ? "check" : "warn"} />
      <span>{whole ? say("guard.whole", { of: counted("products", covered.length) }) : said}</span>
    </p>
  );
}

/** What gets less than was meant, and how much. */
function Cut({ cut }: { readonly cut: readonly Guarded[] }) {
  const { say, percent, amount, counted } = useWords();
  const costs = useView(({ session }) => session.clerk?.may.includes("costs") ?? false);
  if (cut.length === 0) return null;
  return (
    <>
      <Table label={say("guard.title")}>
        <Heads words={[say("menu.product")]} numbers={[say("menu.price"), ...(costs ? [say("menu.floor")] : []), say("guard.instead")]} />
        <tbody>
          {cut.slice(0, LISTED).map(({ sku, name, price_minor, floor_minor, deepest_bp }) => (
            <tr key={sku}>
              <td dir="auto">{name}</td>
              <td className="number">{amount(price_minor)}</td>
              {costs && <td className="number">{floor_minor == null ? "–" : amount(floor_minor)}</td>}
              <td className="number">{deepest_bp === 0 ? say("guard.none") : percent(deepest_bp)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {cut.length > LISTED && <small>{say("guard.more", { of: counted("products", cut.length - LISTED) })}</small>}
    </>
  );
}
