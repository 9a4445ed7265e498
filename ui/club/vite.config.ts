import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const BASE = "/club/";

/** Writes the worker with the list of what it keeps, and every text a second time, packed. */
function worker(): Plugin {
  return {
    name: "kava-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const kept = readdirSync(join(import.meta.dirname, "public"));
      const files = Object.keys(bundle).filter((name) => !name.endsWith(".map")).concat(kept);
      const hash = createHash("sha256");
      for (const name of files.toSorted()) {
        const output = bundle[name];
        const body = output === undefined ? readFileSync(join(import.meta.dirname, "public", name)) : output.type === "chunk" ? output.code : output.source;
        hash.update(name).update(body);
      }
      const template = readFileSync(join(import.meta.dirname, "worker/sw.js"), "utf8");
      const list = JSON.stringify(files.toSorted().map((name) => BASE + name));
      const source = template.replace("__VERSION__", hash.digest("hex").slice(0, 16)).replace("__FILES__", list);
      this.emitFile({ type: "asset", fileName: "sw.js", source });
      for (const [name, output] of Object.entries(bundle)) {
        if (!/\.(js|css|html)$/.test(name)) continue;
        const body = output.type === "chunk" ? output.code : output.source;
        this.emitFile({ type: "asset", fileName: `${name}.gz`, source: gzipSync(body, { level: 9 }) });
      }
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
