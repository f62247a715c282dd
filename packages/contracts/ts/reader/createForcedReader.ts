import { settlementAbi } from "../abi.generated.ts";
import { ForcedMissingError } from "../errors.ts";
import { type ForcedTransactionEvent, forcedIn } from "../events.ts";
import type { ReaderOptions } from "./createDepositReader.ts";
import { createPageReader, type PageReader } from "./createPageReader.ts";

/** Reads forced transactions page by page, without a gap. */
export function createForcedReader(options: ReaderOptions): PageReader<ForcedTransactionEvent> {
  const { publicClient, settlement } = options;
  const contract = { address: settlement, abi: settlementAbi, functionName: "forcedCount" } as const;
  return createPageReader({
    ...options,
    read: (range) => forcedIn(options, range),
    numberOf: ({ id }) => Number(id),
    countAt: (blockNumber) => publicClient.readContract({ ...contract, blockNumber }).then(Number, () => undefined),
    missing: ({ number, ...range }) => new ForcedMissingError({ forced: number, ...range }),
  });
}
