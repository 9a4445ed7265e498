import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // The counter's policy forbids everything inline.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2022" },
  // `kava counter --listen 127.0.0.1:8481` answers while the screen is being worked on.
  server: { proxy: { "/api": { target: "http://127.0.0.1:8481", changeOrigin: true } } },
});
