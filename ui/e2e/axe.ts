// What axe has against a page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every violation, whatever its weight; what is at least so heavy where one is named. */
export async function violations(page: Page, impacts: readonly string[] = ["minor", "moderate", "serious", "critical"]): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (wanted) => {
    const { axe } = globalThis as unknown as { axe: { run: (o: object) => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> } };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    const bad = violations.filter(({ impact }) => wanted.includes(impact));
    return bad.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
  }, impacts);
}
