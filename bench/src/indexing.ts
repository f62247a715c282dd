import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openIndexer } from "@frond/indexer";
import { addressFor, type KioskNode, startKiosk } from "@frond/indexer/testing";
import type { Section } from "./report.ts";

const BLOCKS = { full: 400, small: 4 };
/** As many as the block's size has places for. */
const PAYMENTS = 15;
const PAYERS = 8;

/** Rows a second of an indexer that catches up with a node in this process, into SQLite. */
export const indexing: Section = {
  name: "indexing",
  async run(progress, form) {
    const blocks = BLOCKS[form];
    const directory = mkdtempSync(join(tmpdir(), "frond-indexing-bench-"));
    const node = await startKiosk();
    try {
      progress(`${blocks} blocks of ${PAYMENTS} payments`);
      await fill(node, blocks);
      const database = join(directory, "index.sqlite");
      let rows = 0;
      const indexer = await openIndexer(
        { database, nodes: [{ url: node.url }] },
        {
          onProgress: (page) => {
            rows += page.rows;
          },
        },
      );
      const [started, before] = [performance.now(), process.cpuUsage()];
      await indexer.catchUp();
      const seconds = (performance.now() - started) / 1_000;
      const { user, system } = process.cpuUsage(before);
      await indexer.close();
      const coreSeconds = (user + system) / 1e6;
      return [
        {
          name: "rows a second of an indexer that catches up, SQLite",
          value: rows / seconds,
          unit: "rows/s",
          details: {
            rows,
            seconds,
            "transactions a second": (blocks * PAYMENTS) / seconds,
            "seconds of a core, the node's included": coreSeconds,
            "rows a second of a core": rows / coreSeconds,
            "bytes of the database, a row": statSync(database).size / rows,
          },
        },
      ];
    } finally {
      await node.close();
      rmSync(directory, { recursive: true });
    }
  },
};

async function fill(node: KioskNode, blocks: number): Promise<void> {
  const payers = Array.from({ length: PAYERS }, (_, i) => BigInt(i + 1));
  for (const payer of payers) await node.call(payer, "mint", [10n ** 30n, 0n]);
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < PAYMENTS; i++)
      await node.call(payers[i % PAYERS]!, "pay", [addressFor(payers[(i + block) % PAYERS]!), 1n]);
    await node.context.sequencer.seal();
  }
}
