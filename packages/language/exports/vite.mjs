import { tsImport } from "tsx/esm/api";

// Vite's configuration is loaded by Node, which doesn't know TypeScript.
export const { frond } = await tsImport("./vite.ts", import.meta.url);
