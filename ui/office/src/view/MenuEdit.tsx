import { type FormEvent, useState } from "react";
import type { Product } from "../door/answers";
import { editsOf, type ForAll, type Typed } from "../state/edits";
import { tryMenu, typeMenu } from "../state/menu";
import { Fault } from "./Fault";
import { Field, Options } from "./Field";
import { Heads, Table } from "./Paper";
import { Revised } from "./Revised";
import { useDesk, useView, useWords } from "./use";

const NO_PRODUCTS: readonly Product[] = [];

/** Prices, costs and what takes part, of many products at once; each with its floor beside. */
export function MenuEdit() {
  const ask = useDesk();
  const { say, counted } = useWords();
  const products = useView(({ desk }) => desk.menu.value?.products ?? NO_PRODUCTS);
  const busy = useView(({ session }) => session.busy);
  const [typed, type] = useState<Readonly<Record<string, Typed>>>({});
  const [all, forAll] = useState<ForAll>({ percent: "", eligible: "" });
  const [wanted, want] = useState("");
  const found = products.filter(({ name, category, sku }) => `${name} ${category} ${sku}`.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()));
  const meant = editsOf(products, typed, new Set(found.map(({ sku }) => sku)), all);
  const wrong = "wrong" in meant ? meant.wrong : [];
  const edits = "edits" in meant ? meant.edits : [];
  const wish = { kind: "edit", edits } as const;
  const change = (set: () => void) => {
    set();
    void ask(typeMenu());
  };
  const come = (event: FormEvent) => {
    event.preventDefault();
    if (edits.length > 0) void ask(tryMenu(wish));
  };
  return (
    <>
      <form className="sheet bring" onSubmit={come} noValidate>
        <div className="pair">
          <Field name="some" kind="search" label={say("menu.search")} value={wanted} onType={(value) => change(() => want(value))} />
          <Field name="percent" label={say("edit.percent")} value={all.percent} unit="%" wrong={wrong.includes("percent") ? say("edit.percent_wrong") : undefined} onType={(percent) => change(() => forAll({ ...all, percent }))} />
          <Options name="eligible" label={say("edit.eligible")} value={all.eligible} onChoose={(value) => change(() => forAll({ ...all, eligible: value === "yes" || value === "no" ? value : "" }))}>
            <option value="">{say("edit.as_is")}</option>
            <option value="yes">{say("field.yes")}</option>
            <option value="no">{say("field.no")}</option>
          </Options>
        </div>
        <p className="hint">{say("edit.hint", { of: counted("products", found.length) })}</p>
        <Table label={say("work.edit")}>
          <Heads words={[say("menu.product"), say("menu.price"), say("menu.cost"), say("field.eligible"), say("edit.off")]} numbers={[say("menu.floor")]} />
          <tbody>
            {found.map((product) => (
              <Row key={product.sku} product={product} typed={typed[product.sku] ?? {}} wrong={wrong.includes(product.sku)} onType={(own) => change(() => type({ ...typed, [product.sku]: { ...typed[product.sku], ...own } }))} />
            ))}
          </tbody>
        </Table>
        <Fault />
        <button type="submit" className="button main" disabled={busy || edits.length === 0}>
          {say("work.try")}
        </button>
      </form>
      <Revised wish={wish} />
    </>
  );
}

interface RowProps {
  readonly product: Product;
  readonly typed: Typed;
  readonly wrong: boolean;
  readonly onType: (typed: Typed) => void;
}

function Row({ product, typed, wrong, onType }: RowProps) {
  const { say, amount } = useWords();
  const { sku, name, price_minor, cost_minor, floor_minor, eligible } = product;
  const cell = (field: "price" | "cost", now: number | null | undefined) => (
    <input
      name={`${field}-${sku}`}
      aria-label={`${name}: ${say(`menu.${field}`)}`}
      aria-invalid={wrong}
      inputMode="decimal"
      maxLength={12}
      placeholder={now == null ? "–" : amount(now)}
      value={typed[field] ?? ""}
      onChange={({ target }) => onType({ [field]: target.value })}
    />
  );
  const tick = (field: "eligible" | "off", now: boolean, label: string) => (
    <label className="tick">
      <input type="checkbox" name={`${field}-${sku}`} aria-label={`${name}: ${label}`} checked={typed[field] ?? now} onChange={({ target }) => onType({ [field]: target.checked })} />
    </label>
  );
  return (
    <tr data-edit={sku} className={typed.off === true ? "off" : undefined}>
      <td>
        <span dir="auto">{name}</span> <small>{sku}</small>
      </td>
      <td>{cell("price", price_minor)}</td>
      <td>{cell("cost", cost_minor)}</td>
      <td>{tick("eligible", eligible, say("field.eligible"))}</td>
      <td>{tick("off", false, say("edit.off"))}</td>
      <td className="number">{floor_minor == null ? "–" : amount(floor_minor)}</td>
    </tr>
  );
}
