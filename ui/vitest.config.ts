import { defineConfig } from "vitest/config";

/** What needs more than a browser, or is asked for by its name. */
const ALONE = ["window", "orders", "newcomer", "measure", "clean", "walk"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["{barista,club,office,packages}/**/*.test.{ts,tsx}"], environment: "node" } },
      {
        test: {
          name: "browser",
          include: ["e2e/**/*.test.ts"],
          exclude: ALONE.map((name) => `e2e/${name}.test.ts`),
          environment: "node",
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      ...ALONE.map((name) => ({
        test: {
          name,
          include: [`e2e/${name}.test.ts`],
          environment: "node" as const,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
