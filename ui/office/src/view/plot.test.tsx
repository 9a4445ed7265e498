import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { type Column, Plot } from "./Plot";

const column = (name: string, value: number | null): Column => ({ name, value, said: `${name}: ${value ?? "?"}` });
const drawn = (...columns: Column[]) => renderToStaticMarkup(<Plot title="t" label="l" most="9" columns={columns} />);

/** Upper edge and height of each column, and where the line of nought is. */
function measured(markup: string) {
  const columns = [...markup.matchAll(/<rect[^>]* y="([-\d.]+)" height="([-\d.]+)"/g)].map(([, y, height]) => [Number(y), Number(height)] as const);
  return { columns, nought: Number(/<line[^>]* y1="([-\d.]+)"/.exec(markup)?.[1]) };
}

describe("a plot", () => {
  it("has columns as high as their values, from one line, and losses below it", () => {
    const { columns, nought } = measured(drawn(column("1", 300), column("2", 150), column("3", -100)));
    expect(columns).toEqual([[0, 60], [30, 30], [60, 20]]);
    expect(nought).toBe(60);
  });

  it("draws nothing of what is not known, and says so; of nothing it draws nothing either", () => {
    const markup = drawn(column("1", null), column("2", 0), column("3", 5));
    expect(measured(markup).columns).toEqual([[80, 0], [0, 80]]);
    expect(markup).toContain("–</text>");
    expect(markup).toContain('aria-label="l: 1: ?; 2: 0; 3: 5"');
  });

  it("of days on which nothing was sold is a line", () => {
    const { columns, nought } = measured(drawn(column("1", 0), column("2", 0)));
    expect(columns.map(([, height]) => height)).toEqual([0, 0]);
    expect(nought).toBe(80);
  });
});
