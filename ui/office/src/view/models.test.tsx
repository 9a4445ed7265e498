import { renderToStaticMarkup } from "react-dom/server";
import { Provider } from "react-redux";
import { describe, expect, it } from "vitest";
import { models, modelStates } from "../dev/models";
import { answers } from "../dev/examples";
import { takeSeat } from "../dev/seat";
import type { ModelLine } from "../door/answers";
import { advanceModels, returnModels } from "../state/models";
import { desk } from "../state/desk";
import { session } from "../state/session";
import { Models } from "./Models";

/** What a clerk with these rights reads, with plain spaces. */
function said(lines: readonly ModelLine[], may = answers.session.may) {
  const { store } = takeSeat({}, { path: "/office/models", hash: "" });
  store.dispatch(session.actions.entered({ ...answers.session, may }));
  store.dispatch(desk.actions.came({ name: "models", value: lines, at: 0 }));
  const markup = renderToStaticMarkup(
    <Provider store={store}>
      <Models />
    </Provider>,
  );
  return markup.replaceAll(/[\u00A0\u202F]/g, " ");
}

const of = (name: string) => modelStates[name] ?? [];

describe("the screen of models", () => {
  it("says where a bundle is that is on its way, and why it stays", () => {
    const markup = said(models);
    expect(markup).toContain("Версия 14: 1 из 7 кофеен");
    expect(markup).toContain("Остаётся где есть. Ступень ещё не кончилась");
    expect(markup).toContain("Пока версия 13");
    expect(markup).toContain("1,2 ± 6,2 %");
  });

  it("says of what came back why, and whose models it has", () => {
    const markup = said(of("returned"));
    expect(markup).toContain("модели версии 13");
    expect(markup).toContain("За день остаётся меньше");
  });

  it("says that guests have moved, and that the bundle before foretold no better", () => {
    const markup = said(of("drifted"));
    expect(markup).toContain('data-moved="recency"');
    expect(markup).toContain("сдвинулось");
    expect(markup).toContain("Мир уже не тот");
    expect(markup).toContain("Предсказано 301, было 180: от 0,51 до 0,68 раз, гостей 214");
  });

  it("offers its buttons to who may press them", () => {
    expect(said(models)).toContain("Вернуть");
    expect(said(models, ["models"])).not.toContain("Вернуть<");
    expect(said(of("empty"))).toContain("Моделей ещё нет");
  });
});

describe("what is done about models", () => {
  it("names what was seen, and looks anew", async () => {
    const calls: unknown[] = [];
    const note = async (...words: unknown[]) => void calls.push(words);
    const { store, asked } = takeSeat({ advanceModels: note, returnModels: note }, { path: "/office/models", hash: "" });
    const line = models[0] as ModelLine;
    await store.dispatch(advanceModels({ shop: "", version: 14 }));
    await store.dispatch(returnModels(line));
    await store.dispatch(returnModels({ ...line, back_to: null }));
    expect(calls).toEqual([
      ["", 14],
      ["", 13, 14],
    ]);
    expect(asked.filter((name) => name === "models").length).toBe(2);
  });
});
