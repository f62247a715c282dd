export { changedFields } from "../src/promises/changedFields.ts";
export { readPromises } from "../src/promises/readPromises.ts";
