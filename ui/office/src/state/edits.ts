// Edits of the menu as they are being typed, and what they mean where they mean something.
import type { Edit, Product } from "../door/answers";
import { hundredths } from "./draft";

/** What was typed for a product. */
export interface Typed {
  readonly price?: string;
  readonly cost?: string;
  readonly eligible?: boolean;
  readonly off?: boolean;
}

/** What was typed for all that were found. */
export interface ForAll {
  /** Percents on the price, such as 5 or -2,5. */
  readonly percent: string;
  readonly eligible: "" | "yes" | "no";
}

/** Hundredths of a percent with a sign; nothing where that is none. */
export function percents(typed: string): number | null {
  const [, sign = "", digits = ""] = /^\s*([+\-−]?)(.*)$/.exec(typed) ?? [];
  const meant = hundredths(digits);
  return meant === null ? null : sign === "" || sign === "+" ? meant : -meant;
}

/** A sum that was typed and differs from the one there is; `null` is a sum that cannot be read. */
function sum(typed: string | undefined, now: number | null | undefined): number | null | undefined {
  if (typed === undefined || typed.trim() === "") return undefined;
  const meant = hundredths(typed);
  return meant === now ? undefined : meant;
}

/** The edits that were typed; or the products for which something cannot be read. */
export function editsOf(products: readonly Product[], typed: Readonly<Record<string, Typed>>, found: ReadonlySet<string>, all: ForAll): { readonly edits: readonly Edit[] } | { readonly wrong: readonly string[] } {
  const by = all.percent.trim() === "" ? undefined : percents(all.percent);
  if (by === null) return { wrong: ["percent"] };
  const wrong: string[] = [];
  const edits = products.flatMap((product): Edit[] => {
    const { sku, price_minor, cost_minor, eligible: takes } = product;
    const own = typed[sku] ?? {};
    const [price, cost] = [sum(own.price, price_minor), sum(own.cost, cost_minor)];
    if (price === null || cost === null) wrong.push(sku);
    const forAll = found.has(sku);
    const eligible = own.eligible ?? (forAll && all.eligible !== "" ? all.eligible === "yes" : undefined);
    const edit: Edit = {
      sku,
      ...(price != null && { price_minor: price }),
      ...(price === undefined && forAll && by !== undefined && by !== 0 && { price_by_bp: by }),
      ...(cost != null && { cost_minor: cost }),
      ...(eligible !== undefined && eligible !== takes && { eligible }),
      ...(own.off === true && { off: true as const }),
    };
    return Object.keys(edit).length > 1 ? [edit] : [];
  });
  return wrong.length > 0 ? { wrong } : { edits };
}
