export { buildPage, PageBuildError } from "../src/builtPage.ts";
export { explorerPages } from "../src/explorerPages.ts";
export { type ExplorerPlaces, writeExplorer } from "../src/writeExplorer.ts";
