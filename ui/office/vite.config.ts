import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { built, pack } from "../packed.ts";

/** Packs what was built, after everything else is done. */
function packed(): Plugin {
  return { name: "kava-packed", apply: "build", writeBundle: ({ dir = "dist" }) => pack(dir, built(dir)) };
}

export default defineConfig({
  base: "/office/",
  plugins: [react(), packed()],
  // The office's policy forbids everything inline.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2022" },
  // `kava-sync serve` answers while the console is being worked on.
  server: { proxy: { "/office/api": { target: "http://127.0.0.1:8480", changeOrigin: true } } },
});
