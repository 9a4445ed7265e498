// What is said of what was earned: never more than the data say.
import { renderToStaticMarkup } from "react-dom/server";
import { Provider } from "react-redux";
import { describe, expect, it } from "vitest";
import { takeSeat } from "../dev/seat";
import { lifts } from "../dev/work";
import type { Lift as Seen } from "../door/answers";
import { look } from "../state/look";
import { Lift } from "./Lift";

function said(lift: Seen, of: "programme" | "campaign" = "programme"): string {
  const { store } = takeSeat();
  store.dispatch(look.actions.spoke("en"));
  const markup = renderToStaticMarkup(
    <Provider store={store}>
      <Lift lift={lift} of={of} />
    </Provider>,
  );
  return markup.replace(/\u00a0/g, " ");
}

describe("what something earned", () => {
  it("is a sum with what it may be off by, green only where all of that is above nothing", () => {
    const earned = said(lifts.earned);
    expect(earned).toContain("Earned BYN 1,240.00 ± BYN 400.00");
    expect(earned).toContain("notice good");
    expect(said(lifts.lost)).toContain("Lost BYN 1,240.00 ± BYN 400.00");
    for (const lift of [lifts.lost, lifts.unsure, lifts.few, lifts.none]) expect(said(lift)).not.toContain("good");
  });

  it("is no sum where there is too little to tell, but how many guests are wanted", () => {
    const few = said(lifts.few);
    expect(few).toContain("more guests needed: 180");
    expect(few).not.toContain("±");
    expect(said(lifts.unsure)).toContain("A sharp answer needs more guests: 3,900");
  });

  it("says whom it was compared with, or that there is nobody", () => {
    expect(said(lifts.earned)).toContain("Guests with it 1,640, without it 402");
    expect(said(lifts.none)).toContain("set holdout");
    expect(said(lifts.none, "campaign")).toContain("Everybody has the campaign");
    expect(said({ ...lifts.earned, uneven: true })).toContain("cannot be believed");
  });
});
