import type { Field } from "@frond/foundation";
import type { Address, PublicClient } from "viem";
import { settlementAbi } from "../abi.generated.ts";
import { DepositsMissingError } from "../errors.ts";
import { depositsIn, type ForcedTransactionEvent, forcedIn, type QueuedDeposit } from "../events.ts";
import { createPageReader, type EventsPage, type PageCursor } from "./createPageReader.ts";
import { readRange, startSize } from "./readRange.ts";

/** Until where deposits were read. */
export type DepositCursor = PageCursor;

type DepositPage = Omit<EventsPage<QueuedDeposit>, "events"> & { readonly deposits: readonly QueuedDeposit[] };

/** Where events of a contract are read. */
export type ReaderOptions = {
  readonly publicClient: PublicClient;
  readonly settlement: Address;
  /** The block of the contract's creation: where reading starts. */
  readonly deploymentBlock: bigint;
  /** The number of the last block that is believed. */
  readonly safeBlock: () => Promise<bigint>;
};

export type DepositReader = {
  /** The next page after the cursor; undefined begins at the contract's creation. */
  page(cursor: DepositCursor | undefined): Promise<DepositPage>;
  /**
   * Deposits and forced transactions for some layers in blocks from `from` up to `last`: as many blocks as the provider
   * answers for.
   */
  pageOfLayers(
    layers: readonly Field[],
    range: { from: number; last: number },
  ): Promise<{ deposits: QueuedDeposit[]; forced: ForcedTransactionEvent[]; next: number }>;
};

export function createDepositReader(options: ReaderOptions): DepositReader {
  const size = startSize();
  const reader = createPageReader({
    ...options,
    read: (range) => depositsIn(options, range),
    numberOf: ({ id }) => Number(id),
    countAt: (blockNumber) => countAt(options, blockNumber),
    missing: ({ number, ...range }) => new DepositsMissingError({ deposit: number, ...range }),
  });
  return {
    async page(cursor) {
      const { events, ...page } = await reader.page(cursor);
      return { deposits: events, ...page };
    },
    async pageOfLayers(layers, { from, last }) {
      const fromBlock = BigInt(from);
      const { result, blocks } = await readRange(size, BigInt(last) - fromBlock + 1n, async (count) => {
        const range = { fromBlock, toBlock: fromBlock + count - 1n };
        const deposits = depositsIn(options, { ...range, layers });
        return await Promise.all([deposits, forcedIn(options, { ...range, layer: layers })]);
      });
      const [deposits, forced] = result;
      return { deposits, forced, next: from + Number(blocks) };
    },
  };
}

async function countAt({ publicClient, settlement }: ReaderOptions, blockNumber: bigint): Promise<number | undefined> {
  const contract = { address: settlement, abi: settlementAbi, blockNumber } as const;
  return await publicClient.readContract({ ...contract, functionName: "depositCount" }).then(Number, () => undefined);
}
