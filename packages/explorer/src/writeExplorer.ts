import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtPage } from "./builtPage.ts";

/** Where the page finds the network: what `config.json` beside it says. */
export type ExplorerPlaces = {
  /** The coordinator; by default the server of the page. */
  readonly coordinator?: string;
  /** The RPC address of an L1 that lets the page in; by default the coordinator is asked. */
  readonly l1?: string;
  /** The contract's address on L1; by default the coordinator says it. */
  readonly settlement?: string;
};

/** Writes the page as static files, for any web server. What is in the folder stays. @throws PageBuildError */
export async function writeExplorer(folder: string, places: ExplorerPlaces): Promise<void> {
  mkdirSync(folder, { recursive: true });
  cpSync(await builtPage(), folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), `${JSON.stringify(places, null, 2)}\n`);
}
