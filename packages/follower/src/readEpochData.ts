import type { SettledEpoch } from "@frond/contracts";
import type { EpochData } from "./applyEpochs.ts";
import { type BlobVerifier, createBlobVerifier } from "./createBlobVerifier.ts";
import { BlobMissingError } from "./errors.ts";
import type { StatedTransaction } from "./layerOne/readStated.ts";
import type { KeptBlobs } from "./sources/keptBlobs.ts";
import type { BlobSource } from "./sources/types.ts";

const verifyHere = createBlobVerifier();

/**
 * The data of a settled epoch: its blob from the first source that has it, kept once it is verified.
 * @throws BlobMissingError if none has it now
 */
export async function readEpochData(
  event: SettledEpoch,
  {
    transaction: { versionedHash, stated },
    kept,
    sources,
    verify = verifyHere,
  }: {
    readonly transaction: StatedTransaction;
    readonly kept: KeptBlobs;
    readonly sources: readonly BlobSource[];
    /** In this thread by default. */
    readonly verify?: BlobVerifier;
  },
): Promise<EpochData> {
  const { rootIn, rootOut, transaction } = event;
  const [epoch, until, block] = [Number(event.epoch), Number(event.until), Number(event.block)];
  const common = { epoch, rootIn, rootOut, until, block, transaction, versionedHash };
  if (versionedHash === undefined) return { ...common, words: [] };
  const answers: string[] = [];
  for (const source of [kept, ...sources]) {
    try {
      const blob = await source.read({ versionedHash, transaction, block });
      const words = blob === undefined ? undefined : await verify({ blob, versionedHash, stated });
      if (blob !== undefined && words !== undefined) {
        await kept.keep(versionedHash, blob);
        return { ...common, words };
      }
      answers.push(`${source.name} ${blob === undefined ? "does not have it" : "gives another"}`);
    } catch (error) {
      answers.push(`${source.name}: ${(error as Error).message}`);
    }
  }
  throw new BlobMissingError({ epoch, versionedHash, answers });
}
