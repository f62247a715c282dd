export { configNow } from "../src/layerOne/configNow.ts";
export { changedFields } from "../src/promises/changedFields.ts";
export { createPromiseReader, readPromises } from "../src/promises/readPromises.ts";
