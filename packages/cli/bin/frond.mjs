#!/usr/bin/env node
import { register as registerCommonJs } from "tsx/cjs/api";
import { register } from "tsx/esm/api";

// Both loaders: a configuration or an application may lie in a package of either type.
registerCommonJs();
register();
const { main } = await import("../src/main.ts");
process.exitCode = await main(process.argv);
