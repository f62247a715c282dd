import { FIRST_EPOCH } from "@frond/protocol";
import { settlementAbi } from "../abi.generated.ts";
import { EpochsMissingError } from "../errors.ts";
import { epochsIn, type SettledEpoch } from "../events.ts";
import type { ReaderOptions } from "./createDepositReader.ts";
import { createPageReader, type PageReader } from "./createPageReader.ts";

/** Reads settled epochs page by page, without a gap. */
export function createEpochReader(options: ReaderOptions): PageReader<SettledEpoch> {
  const { publicClient, settlement } = options;
  const contract = { address: settlement, abi: settlementAbi, functionName: "epoch" } as const;
  return createPageReader({
    ...options,
    read: (range) => epochsIn(options, range),
    numberOf: ({ epoch }) => Number(epoch) - FIRST_EPOCH,
    countAt: (blockNumber) =>
      publicClient.readContract({ ...contract, blockNumber }).then(
        (epoch) => Number(epoch) - FIRST_EPOCH,
        () => undefined,
      ),
    missing: ({ number, ...range }) => new EpochsMissingError({ epoch: number + FIRST_EPOCH, ...range }),
  });
}
