import { BlobMissingError } from "@frond/follower";
import type { Field } from "@frond/foundation";
import { NO_BLOB, readSegments } from "@frond/protocol";
import { TOLERANCE_MILLISECONDS } from "../coordinator/networkClock.ts";
import { EpochRefusedError } from "../errors.ts";
import { isForcedId } from "../tree/itemIds.ts";
import type { Announcement, Deposit, LayerOne, Settling } from "../types.ts";

/** An L1 that keeps to the contract's rules, and can be made to fail. */
export function fakeLayerOne(genesisRoot: Field) {
  const chain = {
    root: genesisRoot,
    epoch: 1,
    settledUntil: 0,
    deposits: [] as Deposit[],
    forced: [] as Deposit[],
    settled: [] as Settling[],
    freezes: [] as Field[],
    isIdle: false,
    /** By layer and announcer. */
    announced: new Map<string, Announcement>(),
  };
  const faults = { refuses: 0, beforeSettling: 0, afterSettling: 0, forgetsSettled: false, lacksBlobs: false };
  /** How far L1's clock is ahead of this machine's. */
  const clock = { aheadMilliseconds: 0 };
  const cost = { hash: "0x01", gasUsed: 7n, verifierGas: 5n } as const;
  const time = (): number => Math.floor((Date.now() + clock.aheadMilliseconds) / 1_000) * 1_000;
  const layerOne: LayerOne = {
    state: async () => ({ root: chain.root, epoch: chain.epoch, settledUntil: chain.settledUntil }),
    time: async () => time(),
    // Each deposit is a block.
    async deposits(cursor = { next: 0, marks: [] }) {
      const deposits = chain.deposits.slice(cursor.next);
      return { deposits, cursor: { next: chain.deposits.length, marks: [] }, isLast: true, undoneFrom: undefined };
    },
    async forced(cursor = { next: 0, marks: [] }) {
      const deposits = chain.forced.slice(cursor.next);
      return { deposits, cursor: { next: chain.forced.length, marks: [] }, isLast: true, undoneFrom: undefined };
    },
    depositsOf: async (layers, { from, last }) => ({
      deposits: [chain.deposits, chain.forced].flatMap((queue) => itemsOf(layers, queue.slice(from, last + 1))),
      next: last + 1,
    }),
    settledEpoch: async (epoch) => (epoch < chain.epoch ? cost : undefined),
    lostDeposits: async () => [],
    depositsOfEpoch: () => [],
    async settleAgain(epoch) {
      const settling = chain.settled.findLast((settled) => settled.epoch === epoch);
      if (settling === undefined || faults.forgetsSettled) return false;
      await layerOne.settle(settling);
      return true;
    },
    versionedHashOf: async (data) => (data.length === 0 ? NO_BLOB : `0x01${"22".repeat(31)}`),
    async *epochs(from, last) {
      for (let epoch = from; epoch <= last; epoch++) {
        if (faults.lacksBlobs) throw new BlobMissingError({ epoch, versionedHash: "0x01", answers: ["nobody has it"] });
        const ofEpoch = (number: number) => chain.settled.findLast((settled) => settled.epoch === number);
        const { rootOut, until, deposits, data } = ofEpoch(epoch)!;
        const rootIn = ofEpoch(epoch - 1)?.rootOut ?? genesisRoot;
        yield { epoch, rootIn, rootOut, until, deposits: deposits.map(({ id }) => id), data };
      }
    },
    freezes: async () => chain.freezes,
    isIdle: async () => chain.isIdle,
    announcement: async ({ layer, announcer }) => chain.announced.get(`${layer}/${announcer}`),
    watch: async () => {},
    waiting: () => undefined,
    async settle(settling) {
      if (settling.epoch !== chain.epoch) throw new Error("ProofRejected");
      if (faults.refuses-- > 0)
        throw new EpochRefusedError({ epoch: chain.epoch, refusal: "FreezeLeftOut" }, undefined);
      if (faults.beforeSettling-- > 0) throw new Error("L1 is away");
      if (settling.until > time() + TOLERANCE_MILLISECONDS) throw new Error("UntilAhead");
      if (settling.until <= chain.settledUntil) throw new Error("UntilNotAfter");
      if (settling.deposits.some(({ id, expiry }) => !isForcedId(id) && expiry <= chain.settledUntil))
        throw new Error("DepositExpired");
      chain.root = settling.rootOut;
      chain.epoch += 1;
      chain.settledUntil = settling.until;
      chain.isIdle = false;
      chain.settled.push(settling);
      const frozen = readSegments(settling.data).filter(({ kind }) => kind === "freeze");
      chain.freezes = chain.freezes.filter((id) => !frozen.some(({ layerId }) => layerId === id));
      if (faults.afterSettling-- > 0) throw new Error("the answer was lost");
      return cost;
    },
  };
  return { chain, faults, clock, layerOne };
}

function itemsOf(layers: readonly Field[], queue: readonly Deposit[]): Deposit[] {
  return queue.filter(({ layer }) => layers.includes(layer));
}
