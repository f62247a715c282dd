import { readUpgrade } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import { ethereumAddress } from "@frond/protocol";
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
  const blockNumber = await options.safeBlock();
  const found = await readUpgrade(options, { layer, announcer: ethereumAddress(announcer), blockNumber });
  if (found === undefined) return undefined;
  const { configHash, usableFrom, usableBefore } = found;
  return { configHash, usableFrom: Number(usableFrom), usableBefore: Number(usableBefore) };
}
