import { BLOB_BYTES, hashOfBlob } from "@frond/contracts";
import { bytesToHex, hexToBytes, isHex, type PublicClient } from "viem";
import * as z from "zod";
import { BlobSourceError, fetchJson } from "./fetchBody.ts";
import type { BlobSource } from "./types.ts";

export type BeaconOptions = {
  /** Of a beacon node's HTTP API. */
  readonly url: string;
  /** Of the chain that the beacon node belongs to. */
  readonly publicClient: PublicClient;
  /** When slot 0 began, in seconds since 1970; the node is asked without it. */
  readonly genesisSeconds?: number;
  /** 12 on Ethereum; the node is asked without it. */
  readonly slotSeconds?: number;
};

const ETHEREUM_SLOT_SECONDS = 12;
const blobText = z.string().refine((text) => isHex(text) && text.length === 2 + 2 * BLOB_BYTES);
const genesisSchema = z.object({ data: z.object({ genesis_time: z.string().regex(/^\d+$/) }) });
const specSchema = z.object({ data: z.object({ SECONDS_PER_SLOT: z.string().regex(/^\d+$/) }) });
const blobsSchema = z.object({ data: z.array(blobText) });
const sidecarsSchema = z.object({ data: z.array(z.object({ blob: blobText })) });

/** A beacon node: has blobs for 18 days. It knows them by the slot, which follows from the time of a block of L1. */
export function beaconSource(options: BeaconOptions): BlobSource {
  const base = options.url.replace(/\/+$/, "");
  const name = `the beacon node at ${base}`;
  let clock: Promise<{ readonly genesis: number; readonly slot: number }> | undefined;

  async function readClock(): Promise<{ readonly genesis: number; readonly slot: number }> {
    const told =
      options.genesisSeconds === undefined ? await fetchJson(`${base}/eth/v1/beacon/genesis`, name) : undefined;
    const spec = options.slotSeconds === undefined ? await fetchJson(`${base}/eth/v1/config/spec`, name) : undefined;
    const genesis = options.genesisSeconds ?? Number(parse(genesisSchema, told).data.genesis_time);
    const slot = spec === undefined ? ETHEREUM_SLOT_SECONDS : Number(parse(specSchema, spec).data.SECONDS_PER_SLOT);
    return { genesis, slot: options.slotSeconds ?? slot };
  }

  function parse<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new BlobSourceError(name, "it answers in another form than a beacon node");
    return parsed.data;
  }

  async function blobsAt(slot: number, versionedHash: string): Promise<string[] | undefined> {
    const blobs = await fetchJson(`${base}/eth/v1/beacon/blobs/${slot}?versioned_hashes=${versionedHash}`, name);
    if (blobs !== undefined) return parse(blobsSchema, blobs).data;
    // Older nodes know this one only.
    const sidecars = await fetchJson(`${base}/eth/v1/beacon/blob_sidecars/${slot}`, name);
    return sidecars === undefined ? undefined : parse(sidecarsSchema, sidecars).data.map(({ blob }) => blob);
  }

  return {
    name,
    async read({ versionedHash, block }) {
      clock ??= readClock().catch((error) => {
        clock = undefined;
        throw error;
      });
      const { genesis, slot } = await clock;
      const { timestamp } = await options.publicClient.getBlock({ blockNumber: BigInt(block) });
      const texts = await blobsAt((Number(timestamp) - genesis) / slot, versionedHash);
      const blobs = (texts ?? []).map((text) => hexToBytes(text as `0x${string}`));
      if (blobs.length <= 1) return blobs[0];
      // The node has not chosen: a block may have blobs of others.
      for (const blob of blobs) if ((await hashOfBlob(bytesToHex(blob))) === versionedHash) return blob;
      return undefined;
    },
  };
}
