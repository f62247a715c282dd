import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Forked, forkModule } from "./forkModule.ts";
import type { ExchangeNodeReady } from "./processes/exchangeNode.ts";
import { requestOf, submitSwaps } from "./submitSwaps.ts";
import { createTraders, type Traders } from "./traders.ts";

export type ExchangeNode = {
  readonly url: string;
  readonly traders: Traders;
  readonly process: Forked<ExchangeNodeReady>;
};

/**
 * Runs `use` with a node of the exchange, on an LMDB store of its own, whose pool has liquidity and whose traders have
 * funds.
 */
export async function withExchangeNode<T>(traders: number, use: (node: ExchangeNode) => Promise<T>): Promise<T> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "frond-bench-"));
  try {
    const process = await forkModule<ExchangeNodeReady>("exchangeNode", { dataDirectory, traders });
    try {
      const { url, layerId } = process.first;
      const accounts = createTraders(BigInt(layerId), traders);
      await submitSwaps(url, [requestOf(accounts.addLiquidity(), 0)], {});
      return await use({ url, traders: accounts, process });
    } finally {
      await process.stop();
    }
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}
