import { frond } from "frond/vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [frond()],
  root: mode === "test" ? "." : "page",
  build: { outDir: "../dist", emptyOutDir: true },
  server: { port: 5173, strictPort: true },
}));
