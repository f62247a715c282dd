export { requireSoundStore } from "../src/check/requireSoundStore.ts";
export * from "../src/errors.ts";
export { type OpenStoreOptions, openStore } from "../src/lmdb/openStore.ts";
export { openTables } from "../src/lmdb/openTables.ts";
export { memoryStore } from "../src/memory/memoryStore.ts";
export { memoryTables } from "../src/memory/memoryTables.ts";
export { createOverlay, type Overlay } from "../src/overlay.ts";
export { BUNDLE_SOURCE, depositSource, L1_SOURCE, layerSource } from "../src/sources.ts";
export type * from "../src/types.ts";
