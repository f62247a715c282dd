import { register } from "node:module";
import { register as registerCommonJs } from "tsx/cjs/api";
import { register as registerModules } from "tsx/esm/api";

// Both loaders of TypeScript: a configuration or an application may lie in a package of either type. Threads don't
// inherit them.
registerCommonJs();
registerModules();

const { bundleModules } = await import("./bundleModules.ts");
const bundles = await bundleModules();
const bundled = (name) => bundles?.modules[new URL(name, import.meta.url).href] ?? name;
if (bundles !== undefined) register(bundled("./hooks.ts"), import.meta.url, { data: bundles });

// The last hook that is registered is asked first.
register(bundled("./applicationHooks.ts"), import.meta.url);
