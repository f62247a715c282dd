import { type Hex, hexToBytes, isHex, type PublicClient } from "viem";
import type { BlobSource } from "./types.ts";

/** The local L1: has all blobs of its blocks. */
export function anvilSource(publicClient: PublicClient): BlobSource {
  const request = publicClient.request as (call: { method: string; params: unknown[] }) => Promise<unknown>;
  return {
    name: "the local L1",
    async read({ versionedHash }) {
      const blob = await request({ method: "anvil_getBlobByHash", params: [versionedHash] });
      return isHex(blob) ? hexToBytes(blob as Hex) : undefined;
    },
  };
}
