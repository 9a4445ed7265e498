import { renderToStaticMarkup } from "react-dom/server";
import { Provider } from "react-redux";
import { beforeAll, describe, expect, it } from "vitest";
import { takeSeat } from "../dev/seat";
import type { Scope } from "../door/answers";
import { open } from "../state/act";
import { say } from "../words";
import { Guard } from "./Guard";

const { store } = takeSeat({}, { path: "/office/menu", hash: "" });

beforeAll(async () => {
  await store.dispatch(open());
});

const said = (scope: Scope, depth: number | null) =>
  renderToStaticMarkup(
    <Provider store={store}>
      <Guard scope={scope} depth={depth} />
    </Provider>,
  );

const GOOD = "notice good";
const COFFEE = { kind: "category", of: "кофе с молоком" } as const;

describe("what the guard is foretold to say", () => {
  it("is good where all that a chosen depth is for holds it", () => {
    expect(said(COFFEE, 2000)).toContain(GOOD);
  });

  it("is a question while no depth is chosen", () => {
    const markup = said(COFFEE, null);
    expect(markup).not.toContain(GOOD);
    expect(markup).toContain(say("ru", "guard.pick"));
  });

  it("is a warning where nothing takes part", () => {
    const markup = said({ kind: "product", of: "gift" }, 500);
    expect(markup).not.toContain(GOOD);
    expect(markup).toContain(say("ru", "guard.nothing"));
  });

  it("names what will be cut, with its floor, and how deep it goes instead", () => {
    const markup = said({ kind: "product", of: "cold" }, 1000);
    expect(markup).not.toContain(GOOD);
    for (const part of ["Колд брю", "6,51", "7 %"]) expect(markup).toContain(part);
  });
});
