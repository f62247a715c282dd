import { anvilSource, type BlobSource, type KeptBlobs } from "@frond/follower";
import type { PublicClient } from "viem";

/** Blobs of a local L1, none of which is kept. */
export function blobsOf(publicClient: PublicClient): { kept: KeptBlobs; sources: readonly BlobSource[] } {
  const kept = { name: "nothing", read: async () => undefined, keep: async () => {} } as unknown as KeptBlobs;
  return { kept, sources: [anvilSource(publicClient)] };
}
