export { signedLayerOf } from "../src/layers/signedLayerOf.ts";
export { changedFields } from "../src/promises/changedFields.ts";
export { readPromises } from "../src/promises/readPromises.ts";
