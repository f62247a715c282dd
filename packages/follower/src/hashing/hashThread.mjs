// Threads do not inherit the loader of TypeScript, so this file registers it and goes on in TypeScript.
import { register } from "tsx/esm/api";

register();
await import("./hashThread.ts");
