import { anvilSource, type BlobSource, beaconSource, followerSource } from "@frond/follower";
import type { PublicClient } from "viem";

/** Who is asked for the blobs of epochs, in this order: a local L1, other followers, beacon nodes. */
export function blobSources(
  publicClient: PublicClient,
  given: {
    readonly isLocal: boolean;
    readonly followerUrls?: readonly string[] | undefined;
    readonly beaconUrls?: readonly string[] | undefined;
  },
): readonly BlobSource[] {
  const { isLocal, followerUrls = [], beaconUrls = [] } = given;
  return [
    ...(isLocal ? [anvilSource(publicClient)] : []),
    ...followerUrls.map(followerSource),
    ...beaconUrls.map((url) => beaconSource({ url, publicClient })),
  ];
}
