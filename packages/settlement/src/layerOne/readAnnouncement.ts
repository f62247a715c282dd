import { readUpgrade } from "@frond/contracts";
import { type Field, fieldToHex } from "@frond/foundation";
import type { Address, PublicClient } from "viem";
import type { Announcement } from "../types.ts";

/** What an account has announced for a layer, as of the last safe block of L1. */
export async function readAnnouncement(
  options: {
    readonly publicClient: PublicClient;
    readonly settlement: Address;
    readonly safeBlock: () => Promise<bigint>;
  },
  { layer, announcer }: { readonly layer: Field; readonly announcer: Field },
): Promise<Announcement | undefined> {
  const address = `0x${fieldToHex(announcer).slice(-40)}` as const;
  const blockNumber = await options.safeBlock();
  const found = await readUpgrade(options, { layer, announcer: address, blockNumber });
  if (found === undefined) return undefined;
  const { configHash, usableFrom, usableBefore } = found;
  return { configHash, usableFrom: Number(usableFrom), usableBefore: Number(usableBefore) };
}
