import { LocalChainError } from "../errors.ts";
import { type LoggedBlock, logPathOf, readChainLog } from "./chainLog.ts";
import { type LocalClient, localClient } from "./createSaver.ts";

/**
 * Makes the blocks again that were logged after the state that anvil has loaded. Their transactions, times and receipts
 * are the same; their hashes are new, because each block of anvil has a random value.
 * @throws LocalChainError if a block does not come to the receipts that it had
 */
export async function replayBlocks(url: string, statePath: string, blockSeconds: number | undefined): Promise<void> {
  const client = localClient(url);
  const log = logPathOf(statePath);
  const loaded = await client.getBlock({ blockTag: "latest" });
  const [first, ...others] = readChainLog(log).filter(({ number }) => BigInt(number) > loaded.number);
  if (first === undefined) return;
  if (BigInt(first.number) !== loaded.number + 1n) throw new LocalChainError({ log, block: first.number });
  // The chain was set back, and its process killed after the state was written.
  if (first.parentHash !== loaded.hash) return;
  await client.setIntervalMining({ interval: 0 });
  await client.setAutomine(false);
  for (const block of [first, ...others]) {
    await makeAgain(client, block);
    const { receiptsRoot, number } = await client.getBlock({ blockTag: "latest" });
    if (Number(number) !== block.number || receiptsRoot !== block.receiptsRoot)
      throw new LocalChainError({ log, block: block.number });
  }
  await setClock(client, Math.floor(Date.now() / 1_000));
  if (blockSeconds === undefined) await client.setAutomine(true);
  else await client.setIntervalMining({ interval: blockSeconds });
}

async function makeAgain(client: LocalClient, { timestamp, baseFee, transactions }: LoggedBlock): Promise<void> {
  // A chain that has just been loaded has today's clock, which may be ahead of the block.
  await setClock(client, timestamp - 1);
  await client.setNextBlockTimestamp({ timestamp: BigInt(timestamp) });
  await client.setNextBlockBaseFeePerGas({ baseFeePerGas: BigInt(baseFee) });
  for (const serializedTransaction of transactions) await client.sendRawTransaction({ serializedTransaction });
  await client.mine({ blocks: 1 });
}

async function setClock(client: LocalClient, seconds: number): Promise<void> {
  await client.request({ method: "anvil_setTime", params: [seconds] } as never);
}
