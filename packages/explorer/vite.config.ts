import { defineConfig } from "vite";

export default defineConfig({
  root: "page",
  base: "./",
  // In the files themselves: no script stands in the HTML.
  build: { target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0, chunkSizeWarningLimit: 1_500 },
});
