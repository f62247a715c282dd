export { integerToText, textToInteger } from "../src/database/integers.ts";
export type { Tables } from "../src/database/tables.ts";
export * from "../src/errors.ts";
export {
  type Indexer,
  type IndexerDependencies,
  type IndexerOptions,
  openIndexer,
  type Progress,
} from "../src/indexLayers.ts";
