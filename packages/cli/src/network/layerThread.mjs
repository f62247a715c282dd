// Threads do not inherit the loader of TypeScript, so this file registers it and goes on in TypeScript.
import { register as registerCommonJs } from "tsx/cjs/api";
import { register } from "tsx/esm/api";

registerCommonJs();
register();
await import("./layerThread.ts");
