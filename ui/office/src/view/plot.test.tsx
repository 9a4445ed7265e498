import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { type Bar, Plot } from "./Plot";

const bar = (name: string, value: number | null): Bar => ({ name, value, said: `${name}: ${value ?? "?"}` });
const drawn = (...bars: Bar[]) => renderToStaticMarkup(<Plot title="t" label="l" most="9" bars={bars} />);

/** Upper edge and height of each bar, and where the line of nought is. */
function measured(markup: string) {
  const bars = [...markup.matchAll(/<rect[^>]* y="([-\d.]+)" height="([-\d.]+)"/g)].map(([, y, height]) => [Number(y), Number(height)] as const);
  return { bars, nought: Number(/<line[^>]* y1="([-\d.]+)"/.exec(markup)?.[1]) };
}

describe("a plot", () => {
  it("has bars as high as their values, from one line, and losses below it", () => {
    const { bars, nought } = measured(drawn(bar("1", 300), bar("2", 150), bar("3", -100)));
    expect(bars).toEqual([[0, 60], [30, 30], [60, 20]]);
    expect(nought).toBe(60);
  });

  it("draws nothing of what is not known, and says so; of nothing it draws nothing either", () => {
    const markup = drawn(bar("1", null), bar("2", 0), bar("3", 5));
    expect(measured(markup).bars).toEqual([[80, 0], [0, 80]]);
    expect(markup).toContain("–</text>");
    expect(markup).toContain('aria-label="l: 1: ?; 2: 0; 3: 5"');
  });

  it("of days on which nothing was sold is a line", () => {
    const { bars, nought } = measured(drawn(bar("1", 0), bar("2", 0)));
    expect(bars.map(([, height]) => height)).toEqual([0, 0]);
    expect(nought).toBe(80);
  });
});
