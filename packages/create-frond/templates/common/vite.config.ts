import { frond } from "frond/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [frond()],
  root: process.env.VITEST ? "." : "page",
  build: { outDir: "../dist", emptyOutDir: true },
  server: { port: 5173, strictPort: true },
});
