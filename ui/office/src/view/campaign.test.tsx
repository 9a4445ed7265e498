import { renderToStaticMarkup } from "react-dom/server";
import { Provider } from "react-redux";
import { describe, expect, it } from "vitest";
import { STATES } from "../dev/examples";
import { takeSeat } from "../dev/seat";
import type { Standing } from "../door/answers";
import { say } from "../words";
import { Campaign } from "./Campaign";

const { store } = takeSeat({}, { path: "/office/campaigns", hash: "" });

/** What a clerk reads of a campaign, with plain spaces. */
const said = (standing: Standing) =>
  renderToStaticMarkup(
    <Provider store={store}>
      <Campaign standing={standing} edits={false} />
    </Provider>,
  ).replace(/[\u00a0\u202f]/g, " ");

/** An example by the name of its state and its id. */
function example(state: string, id: string): Standing {
  const found = STATES[state]?.answers?.campaigns.find(({ campaign }) => campaign.id === id);
  if (found === undefined) throw new Error(`there is no example ${id}`);
  return found;
}

const of = (id: string) => example("campaigns-days", id);
const coupon = (id: string) => example("campaigns-coupons", id);

describe("a campaign that gives only so much a day", () => {
  it("says the limit of a day, and what of today is given", () => {
    const markup = said(of("morning"));
    expect(markup).toContain("на день не больше: 100,00 Br, 80 раз");
    expect(markup).toContain("Сегодня потрачено и роздано кассам: 42,00 Br из 100,00 Br, 79 из 80 раз");
  });

  it("says nothing of the half that is not limited", () => {
    expect(said(of("money"))).toContain("Сегодня потрачено и роздано кассам: 0,00 Br из 300,00 Br<");
    expect(said(of("uses"))).toContain("Сегодня потрачено и роздано кассам: 104 из 100 раз<");
  });

  it("draws the half of which less is left, and no more than all of it", () => {
    expect(said(of("morning"))).toContain('value="0.9875"');
    expect(said(of("uses"))).toContain('max="1" value="1"');
  });

  it("speaks of today only while it runs", () => {
    const markup = said(of("later"));
    expect(markup).toContain("на день не больше: 300,00 Br");
    expect(markup).not.toContain("Сегодня");
  });
});

describe("a coupon", () => {
  it.each([
    ["birthday", "coupon.free"],
    ["sorry", "coupon.held"],
    ["thanks", "coupon.used"],
  ] as const)("%s says where it is good and where its one use is: %s", (id, place) => {
    const markup = said(coupon(id));
    expect(markup).toContain(say("ru", "coupon.of", { shop: "2" }));
    expect(markup).toContain(`<small>${say("ru", place)}</small>`);
  });
});

describe("any other campaign", () => {
  it("speaks of no day and no coupon", () => {
    const { per_day: _, ...plain } = of("morning").campaign;
    const { today: _today, ...standing } = of("morning");
    const markup = said({ ...standing, campaign: plain });
    for (const word of ["на день", "Сегодня", "Купон"]) expect(markup).not.toContain(word);
  });
});
