import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const UI = resolve(import.meta.dirname, "../../..");
const LOOK = join(UI, "packages/parts/src/look.css");

/** Files below a folder whose names end like this. */
function files(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path, ending) : entry.name.endsWith(ending) ? [path] : [];
  });
}

const styles = files(UI, ".css");

/** A colour by number or function, in whatever space. */
const COLOUR = /#[\da-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color(?:-mix)?)\(/gi;

/** A colour by name, where a declaration or an attribute has one. */
const NAMED = /(?::\s*|\b(?:fill|stroke|color|stopColor|background)=["'{`]+)(?:white|black|gr[ae]y|red|green|blue|orange|yellow)\s*[;}"'`]/gi;

/** What names a colour in a text. */
const coloursIn = (text: string): string[] => [...text.matchAll(COLOUR), ...text.matchAll(NAMED)].map(([found]) => found);

describe("the table of colours", () => {
  it("is the only place where a colour is named, in styles and in what views draw", () => {
    const others = [...styles.filter((path) => path !== LOOK), ...files(UI, ".tsx")];
    expect(others.filter((path) => path.endsWith(".css")).length).toBeGreaterThan(15);
    expect(others.filter((path) => path.endsWith(".tsx")).length).toBeGreaterThan(50);
    expect(others.flatMap((path) => coloursIn(readFileSync(path, "utf8")).map((found) => `${path}: ${found}`))).toEqual([]);
  });

  it.each(["color: #fff", "background: hsl(120 50% 50%)", "color: oklch(0.7 0.1 50)", "color: white;", '<rect fill="#fff" />', "<path stroke={`red`} />"])("would find %s elsewhere", (text) => {
    expect(coloursIn(text)).toHaveLength(1);
  });

  it("gives what every screen asks of it", () => {
    const all = styles.map((path) => readFileSync(path, "utf8")).join("\n");
    const given = new Set([...all.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
    const asked = new Set([...all.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    expect([...asked].filter((name) => !given.has(name))).toEqual([]);
  });

  it("is repeated by page and manifest of the club, where no style reaches", () => {
    const [, light, dark] = /--paper: light-dark\((#\w+), (#\w+)\)/.exec(readFileSync(LOOK, "utf8")) ?? [];
    const page = readFileSync(join(UI, "club/index.html"), "utf8");
    expect([...page.matchAll(/name="theme-color" content="(#\w+)"/g)].map(([, colour]) => colour)).toEqual([light, dark]);
    const manifest = JSON.parse(readFileSync(join(UI, "club/public/manifest.webmanifest"), "utf8")) as Record<string, unknown>;
    expect([manifest["background_color"], manifest["theme_color"]]).toEqual([light, light]);
  });
});
