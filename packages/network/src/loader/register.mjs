import { register } from "node:module";
import { register as registerCommonJs } from "tsx/cjs/api";
import { register as registerModules } from "tsx/esm/api";

// Both loaders of TypeScript: a configuration or an application may lie in a package of either type. Threads don't
// inherit them.
registerCommonJs();
registerModules();

const { bundleLibraries } = await import("./bundleLibraries.ts");
const libraries = bundleLibraries();
if (libraries !== undefined) register("./hooks.ts", import.meta.url, { data: libraries });

// The last hook that is registered is asked first.
register("./applicationHooks.ts", import.meta.url);
