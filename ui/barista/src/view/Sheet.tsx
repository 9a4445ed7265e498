import { Button, Icon } from "@kava/parts";
import type { Command, Dish, LineShown } from "@kava/contract";
import { act } from "../state/act";
import { useDo, useThe, useWords } from "./use";

/** Size, extras and number of the current line, on one sheet that is always in its place. */
export function Sheet() {
  const { say } = useWords();
  const lines = useThe((state) => state.till.screen?.cart.lines) ?? [];
  const chosen = useThe((state) => state.look.line);
  const shelf = useThe((state) => state.till.shelf);
  const line = lines[(chosen === 0 ? lines.length : chosen) - 1];
  const dish = shelf?.dishes.find(({ sizes }) => sizes.some(({ sku }) => sku === line?.sku));
  if (!line || !dish) return <Likes />;
  return (
    <section className="sheet" aria-label={say("sale.line", { line: line.name })}>
      <Count line={line} />
      <div className="choices">
        {dish.sizes.length > 1 && <Sizes line={line} dish={dish} />}
        {dish.drink && <Extras line={line} />}
      </div>
    </section>
  );
}

function change(line: LineShown, to: { sku?: string; qty?: number; with?: string[] }): Command {
  return {
    do: "change",
    line: line.line,
    sku: to.sku ?? line.sku,
    qty: to.qty ?? Number(line.qty),
    with: to.with ?? line.with.map(({ sku }) => sku),
  };
}

function Count({ line }: { line: LineShown }) {
  const { say } = useWords();
  const dispatch = useDo();
  const count = Math.round(Number(line.qty));
  const to = (qty: number) => void dispatch(act(change(line, { qty })));
  return (
    <div className="count">
      <b className="which">{line.name}</b>
      <div className="row">
        <Button onPress={() => to(count - 1)} label={count > 1 ? say("sale.fewer") : say("sale.remove")}>
          <Icon name={count > 1 ? "minus" : "close"} />
        </Button>
        <b className="number">{line.qty}</b>
        <Button onPress={() => to(count + 1)} label={say("sale.more")} disabled={line.marked}>
          <Icon name="plus" />
        </Button>
      </div>
    </div>
  );
}

function Sizes({ line, dish }: { line: LineShown; dish: Dish }) {
  const { say, amount } = useWords();
  const dispatch = useDo();
  return (
    <div className="row" role="group" aria-label={say("sale.sizes")}>
      {dish.sizes.map((size) => (
        <Button
          key={size.sku}
          look="chip"
          pressed={size.sku === line.sku}
          disabled={size.out}
          onPress={() => void dispatch(act(change(line, { sku: size.sku })))}
        >
          {size.label || dish.name}
          <small>{size.out ? say("sale.out") : amount(size.price_minor)}</small>
        </Button>
      ))}
    </div>
  );
}

function Extras({ line }: { line: LineShown }) {
  const { say, amount } = useWords();
  const dispatch = useDo();
  const extras = useThe((state) => state.till.shelf?.extras) ?? [];
  const has = line.with.map(({ sku }) => sku);
  const toggled = (sku: string) => (has.includes(sku) ? has.filter((one) => one !== sku) : [...has, sku]);
  return (
    <div className="row" role="group" aria-label={say("sale.extras")}>
      {extras.map((extra) => (
        <Button
          key={extra.sku}
          look="chip"
          pressed={has.includes(extra.sku)}
          onPress={() => void dispatch(act(change(line, { with: toggled(extra.sku) })))}
        >
          {extra.name}
          <small>+{amount(extra.price_minor)}</small>
        </Button>
      ))}
    </div>
  );
}

/** While nothing is in the cart: what this guest may like. */
function Likes() {
  const { say } = useWords();
  const dispatch = useDo();
  const likes = useThe((state) => state.till.screen?.guest?.likes) ?? [];
  if (likes.length === 0) return <section className="sheet empty" aria-hidden="true" />;
  return (
    <section className="sheet" aria-label={say("sale.likes")}>
      <div className="count">
        <b className="which">{say("sale.likes")}</b>
      </div>
      <div className="choices">
        <div className="row">
          {likes.map((like) => (
            <Button key={like.sku} look="chip" onPress={() => void dispatch(act({ do: "add", sku: like.sku, qty: 1, with: [] }))}>
              {like.name}
              <small>{like.why}</small>
            </Button>
          ))}
        </div>
      </div>
    </section>
  );
}
