export { compileCircuit } from "../src/compile/compileCircuit.ts";
export { createProver, type ProverOptions } from "../src/createProver.ts";
export { createReferenceString, type ReferenceStringOptions } from "../src/crs/createReferenceString.ts";
export * from "../src/errors.ts";
export { defaultCacheDirectory } from "../src/files.ts";
export type * from "../src/types.ts";
