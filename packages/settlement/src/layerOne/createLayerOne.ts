import {
  atPending,
  createDepositReader,
  createForcedReader,
  decodeSettle,
  findEpoch,
  openBlob,
  readDemandedFreezes,
  readRetirement,
  readSettled,
  type SealedBlob,
  type Sender,
  sealBlob,
  untilSafe,
} from "@frond/contracts";
import type { BlobSource, KeptBlobs } from "@frond/follower";
import type { Field } from "@frond/foundation";
import { NO_BLOB, packDepositReference } from "@frond/protocol";
import { type Address, bytesToHex, type Hex, type PublicClient } from "viem";
import { idOnLayerOne } from "../tree/itemIds.ts";
import type { LayerOne, SettledOnLayerOne } from "../types.ts";
import { depositsOf, lostDeposits } from "./lostDeposits.ts";
import { onceAHead, pagesOnceAHead, type ReadHead, recent } from "./onceAHead.ts";
import { toDeposit, toForced } from "./queued.ts";
import { readAnnouncement } from "./readAnnouncement.ts";
import { readEpochs } from "./readEpochs.ts";
import { keyOf, submit } from "./submit.ts";
import { verifierGasOf } from "./verifierGas.ts";

export type LayerOneOptions = {
  readonly publicClient: PublicClient;
  /** Its account pays for settling. */
  readonly sender: Sender;
  readonly settlement: Address;
  readonly verifier: Address;
  /** The block of the contract's creation: where following starts. */
  readonly deploymentBlock: bigint;
  /**
   * The number of the last confirmed block. A younger block may be undone: by a reorganisation, or on a local L1 by
   * `kill -9`.
   */
  readonly safeBlock: () => Promise<bigint>;
  /** Where blobs are kept that were read, and who has others: for epochs that somebody else has settled. */
  readonly blobs: { readonly kept: KeptBlobs; readonly sources: readonly BlobSource[] };
};

/** Less than the time between two looks at an L1 on this machine. */
const RECENT_MILLISECONDS = 200;

/** Settlement's view of a real L1, by viem. */
export function createLayerOne(options: LayerOneOptions): LayerOne {
  const { publicClient, settlement, sender, deploymentBlock } = options;
  const reader = createDepositReader(options);
  const forcedReader = createForcedReader(options);
  const seal = sealLast();
  const readHead: ReadHead = () => publicClient.getBlock();
  // Who follows L1 looks again and again, and need not see a block in the moment in which it comes.
  const recentHead = recent(readHead, RECENT_MILLISECONDS);
  const state: LayerOne["state"] = onceAHead(readHead, async ({ number: blockNumber }) => {
    const { root, epoch, settledUntil } = await readSettled({ publicClient, settlement }, { blockNumber });
    return { root, epoch: Number(epoch), settledUntil: Number(settledUntil) };
  });
  const retirement = onceAHead(recentHead, ({ number: blockNumber }) => readRetirement(options, { blockNumber }));
  const time: LayerOne["time"] = async () => {
    const { timestamp } = await atPending((blockTag) => publicClient.getBlock({ blockTag }));
    return Number(timestamp) * 1_000;
  };
  const recentTime = recent(time, RECENT_MILLISECONDS);
  return {
    state,
    time,
    deposits: pagesOnceAHead(recentHead, async (cursor) => {
      const page = await reader.page(cursor);
      return { ...page, deposits: page.deposits.map(toDeposit) };
    }),
    forced: pagesOnceAHead(recentHead, async (cursor) => {
      const { events, ...page } = await forcedReader.page(cursor);
      return { ...page, deposits: events.map(toForced) };
    }),
    async depositsOf(layers, { from, last }) {
      const first = Math.max(from, Number(deploymentBlock));
      if (first > last) return { deposits: [], next: first };
      const { deposits, forced, next } = await reader.pageOfLayers(layers, { from: first, last });
      return { deposits: [...deposits.map(toDeposit), ...forced.map(toForced)], next };
    },
    lostDeposits: (deposits, block) => lostDeposits(options, deposits, block),
    depositsOfEpoch(epoch) {
      const sent = sender.sent(keyOf(epoch));
      return sent === undefined ? [] : depositsOf(decodeSettle(sent.data));
    },
    versionedHashOf: async (data) => (data.length === 0 ? NO_BLOB : (await seal(data)).versionedHash),
    // Of the last block, however young: an epoch that leaves out a demand that is due is refused.
    freezes: onceAHead(recentHead, async ({ number: blockNumber }) =>
      (await readDemandedFreezes(options, { blockNumber })).map(({ layer }) => layer),
    ),
    async isIdle() {
      const { from, retireMilliseconds } = await retirement();
      return (await recentTime()) >= from - retireMilliseconds / 2;
    },
    announcement: (of) => readAnnouncement(options, of),
    epochs: (from, last) => readEpochs(options, { from, last }),
    async settle({ epoch, deposits, data, dataLow: low, dataHigh: high, z, ...settling }) {
      const submission = {
        ...settling,
        until: BigInt(settling.until),
        used: deposits.map(({ id, expiry }) => packDepositReference({ id: idOnLayerOne(id), expiry })),
        proof: bytesToHex(settling.proof),
      };
      if (data.length === 0) return await describe(options, await submit(options, epoch, submission));
      const { sidecar } = await seal(data);
      const { proof: kzgProof } = await openBlob(sidecar.blob, z);
      const opening = { low, high, kzgCommitment: sidecar.commitment, kzgProof };
      return await describe(options, await submit(options, epoch, { ...submission, data: opening }, sidecar));
    },
    async settleAgain(epoch) {
      const sent = sender.sent(keyOf(epoch));
      if (sent === undefined) return false;
      await submit(options, epoch, decodeSettle(sent.data), sent.sidecar);
      return true;
    },
    async settledEpoch(epoch) {
      const own = sender.sent(keyOf(epoch));
      if (own?.mined?.isReverted === false) {
        const { hash } = await sender.send(keyOf(epoch), own, { safeBlock: options.safeBlock });
        return await describe(options, hash);
      }
      const event = await findEpoch({ publicClient, settlement, fromBlock: deploymentBlock }, BigInt(epoch));
      if (event === undefined) return undefined;
      await untilSafe(options, { hash: event.transaction, safeBlock: options.safeBlock });
      return await describe(options, event.transaction);
    },
    watch: () => sender.look(),
    waiting: () => sender.waiting(),
  };
}

/** Makes blobs, which takes a second; the last one is kept. */
function sealLast(): (data: readonly Field[]) => Promise<SealedBlob> {
  let last: { readonly key: string; readonly sealed: Promise<SealedBlob> } | undefined;
  return (data) => {
    const key = data.join();
    if (last?.key !== key) last = { key, sealed: sealBlob(data) };
    return last.sealed;
  };
}

/** What a transaction that settled cost. */
async function describe(options: LayerOneOptions, hash: Hex): Promise<SettledOnLayerOne> {
  const { gasUsed } = await options.publicClient.getTransactionReceipt({ hash });
  return { hash, gasUsed, verifierGas: await verifierGasOf(options, hash) };
}
