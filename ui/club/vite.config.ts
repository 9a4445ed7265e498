import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { built, pack } from "../packed.ts";

const BASE = "/club/";

/** Writes the worker with the list of what it keeps, and every text a second time, packed; after everything else is done. */
function worker(): Plugin {
  return {
    name: "kava-worker",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const names = built(dir).filter((name) => name !== "sw.js");
      // Pages of states are for those who work on the app.
      const kept = names.filter((name) => !name.startsWith("assets/States"));
      const hash = createHash("sha256");
      for (const name of kept) hash.update(name).update(readFileSync(join(dir, name)));
      const template = readFileSync(join(import.meta.dirname, "worker/sw.js"), "utf8");
      const list = JSON.stringify(kept.map((name) => BASE + name));
      writeFileSync(join(dir, "sw.js"), template.replace("__VERSION__", hash.digest("hex").slice(0, 16)).replace("__FILES__", list));
      pack(dir, names);
    },
  };
}

export default defineConfig({
  base: BASE,
  plugins: [react(), worker()],
  // The office's policy forbids everything inline.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2022" },
  // `kava-sync serve` answers while the app is being worked on.
  server: { proxy: { "/api": { target: "http://127.0.0.1:8480", changeOrigin: true } } },
});
