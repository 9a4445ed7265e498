import type { FormEvent } from "react";
import type { Scope } from "../door/answers";
import { dropCampaign, launch, typeCampaign } from "../state/campaigns";
import { type Draft as Written, type Gap, read, rungOf, rungs } from "../state/draft";
import { Fault } from "./Fault";
import { Field, Options } from "./Field";
import { Guard } from "./Guard";
import { Rehearsed } from "./Rehearsed";
import { useDesk, useView, useWords } from "./use";

/** While the menu has not come. */
const NO_RUNGS: readonly number[] = [];

/** A campaign being written, beside what the guard says to it. */
export function Draft() {
  const ask = useDesk();
  const { say } = useWords();
  const written = useView(({ draft }) => draft.draft);
  const busy = useView(({ session }) => session.busy);
  const ladder = useView(({ desk }) => desk.menu.value?.ladder_bp ?? NO_RUNGS);
  const currency = useView(({ session }) => session.clerk?.currency ?? "");
  if (written === null) return null;
  const meant = read(written, ladder);
  const campaign = "campaign" in meant ? meant.campaign : null;
  const gaps: readonly Gap[] = "gaps" in meant ? meant.gaps : [];
  const come = (event: FormEvent) => {
    event.preventDefault();
    void ask(launch());
  };
  const field = (name: Exclude<keyof Written, "id" | "scope" | "depth_bp">) => ({
    name,
    value: written[name],
    label: say(`draft.${name}`),
    onType: (value: string) => void ask(typeCampaign({ [name]: value })),
    // What is still empty is no mistake yet.
    wrong: gaps.includes(name) && written[name] !== "" ? say(`gap.${name}`) : undefined,
  });
  return (
    <section className="draft">
      <form className="sheet" onSubmit={come} noValidate>
        <h2>{say("campaigns.new")}</h2>
        <Field {...field("title")} />
        <Scopes scope={written.scope} />
        <div className="pair">
          <Depths written={written} ladder={ladder} />
          <Field {...field("each")} digits />
        </div>
        <div className="pair">
          <Field {...field("from")} kind="date" />
          <Field {...field("to")} kind="date" />
        </div>
        <div className="pair">
          <Field {...field("money")} digits unit={currency} />
          <Field {...field("uses")} digits />
        </div>
        <div className="pair">
          <Field {...field("day_money")} digits unit={currency} />
          <Field {...field("day_uses")} digits />
        </div>
        <Field {...field("apart")} digits unit="%" />
        <p className="hint">{say("draft.apart_why")}</p>
        <Rehearsed campaign={campaign} />
        <Fault />
        <div className="pair">
          <button type="submit" className="button main" disabled={busy || gaps.length > 0}>
            {say("draft.launch")}
          </button>
          <button type="button" className="button" onClick={() => void ask(dropCampaign())}>
            {say("draft.drop")}
          </button>
        </div>
        <p className="hint">{say("draft.kept")}</p>
      </form>
      <Guard scope={written.scope} depth={rungOf(written, ladder)} />
    </section>
  );
}

/** How deep it goes: a rung of the ladder, so that what the guard says of it here is what it will do. */
function Depths({ written, ladder }: { readonly written: Written; readonly ladder: readonly number[] }) {
  const ask = useDesk();
  const { say, percent } = useWords();
  const rung = rungOf(written, ladder);
  const lost = written.depth_bp !== null && rung === null;
  return (
    <Options name="depth" label={say("draft.depth")} value={String(rung ?? "")} wrong={lost ? say("gap.depth") : undefined} onChoose={(chosen) => void ask(typeCampaign({ depth_bp: chosen === "" ? null : Number(chosen) }))}>
      <option value="">{say("draft.pick")}</option>
      {rungs(ladder).map((one) => (
        <option key={one} value={one}>
          −{percent(one)}
        </option>
      ))}
    </Options>
  );
}

/** What it is for: everything, a category, or a product. */
function Scopes({ scope }: { readonly scope: Scope }) {
  const ask = useDesk();
  const { say } = useWords();
  const products = useView(({ desk }) => desk.menu.value?.products ?? []);
  const categories = [...new Set(products.map(({ category }) => category))];
  const value = scope.kind === "basket" ? "basket" : `${scope.kind}:${scope.of}`;
  const choose = (chosen: string) => {
    const [kind = "", ...of] = chosen.split(":");
    const next: Scope = kind === "category" || kind === "product" ? { kind, of: of.join(":") } : { kind: "basket" };
    void ask(typeCampaign({ scope: next }));
  };
  return (
    <Options name="scope" label={say("draft.scope")} value={value} onChoose={choose}>
      <option value="basket">{say("scope.basket")}</option>
      <optgroup label={say("scope.categories")}>
        {categories.map((category) => (
          <option key={category} value={`category:${category}`}>
            {category}
          </option>
        ))}
      </optgroup>
      <optgroup label={say("scope.products")}>
        {products.filter(({ eligible }) => eligible).map(({ sku, name }) => (
          <option key={sku} value={`product:${sku}`}>
            {name}
          </option>
        ))}
      </optgroup>
    </Options>
  );
}
