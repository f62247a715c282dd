export { frond, type VitePlugin } from "../src/instrument/vitePlugin.ts";
