import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const UI = resolve(import.meta.dirname, "../../..");
const LOOK = join(UI, "packages/parts/src/look.css");

function styles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? styles(path) : entry.name.endsWith(".css") ? [path] : [];
  });
}

describe("the table of colours", () => {
  it("is the only place of a style where a colour is named", () => {
    const others = styles(UI).filter((path) => path !== LOOK);
    expect(others.length).toBeGreaterThan(15);
    const named = others.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/#[\da-f]{3,8}\b|rgba?\(|:\s*(?:white|black)\b/gi)].map(([found]) => `${path}: ${found}`));
    expect(named).toEqual([]);
  });

  it("gives what every screen asks of it", () => {
    const all = styles(UI).map((path) => readFileSync(path, "utf8")).join("\n");
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
