export { configNow } from "../src/layerOne/configNow.ts";
export { signedLayerOf } from "../src/layers/signedLayerOf.ts";
export { changedFields } from "../src/promises/changedFields.ts";
export { createPromiseReader, readPromises } from "../src/promises/readPromises.ts";
