import { writeSync } from "node:fs";
import { openIndexer } from "./indexLayers.ts";

/* The process that kill.test.ts kills: it indexes a node, a block in each transaction. */

const [database, url] = [process.argv[2]!, process.argv[3]!];
const indexer = await openIndexer(
  { database, nodes: [{ url, name: "kiosk" }], pageBlocks: 1 },
  { onProgress: ({ block }) => writeSync(1, `${block}\n`) },
);
await indexer.catchUp();
await indexer.close();
