export * from "../src/errors.ts";
export { type OpenStoreOptions, openStore } from "../src/lmdb/openStore.ts";
export { memoryStore } from "../src/memory/memoryStore.ts";
export { createOverlay, type Overlay } from "../src/overlay.ts";
export type * from "../src/types.ts";
