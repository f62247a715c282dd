import {
  atPending,
  createDepositReader,
  decodeSettle,
  findEpoch,
  type QueuedDeposit,
  readSettled,
  type Sender,
  untilSafe,
} from "@frond/contracts";
import { packDepositReference } from "@frond/protocol";
import { type Address, bytesToHex, type Hex, type PublicClient } from "viem";
import type { Deposit, LayerOne, SettledOnLayerOne } from "../types.ts";
import { depositsOf, lostDeposits } from "./lostDeposits.ts";
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
};

/** Settlement's view of a real L1, by viem. */
export function createLayerOne(options: LayerOneOptions): LayerOne {
  const { publicClient, settlement, sender, deploymentBlock } = options;
  const reader = createDepositReader(options);
  const state: LayerOne["state"] = async () => {
    const { root, epoch, settledUntil } = await readSettled({ publicClient, settlement });
    return { root, epoch: Number(epoch), settledUntil: Number(settledUntil) };
  };
  return {
    state,
    async time() {
      const { timestamp } = await atPending((blockTag) => publicClient.getBlock({ blockTag }));
      return Number(timestamp) * 1_000;
    },
    async deposits(cursor) {
      const page = await reader.page(cursor);
      return { ...page, deposits: page.deposits.map(toDeposit) };
    },
    async depositsOf(layers, { from, last }) {
      const first = Math.max(from, Number(deploymentBlock));
      if (first > last) return { deposits: [], next: first };
      const { deposits, next } = await reader.pageOfLayers(layers, { from: first, last });
      return { deposits: deposits.map(toDeposit), next };
    },
    lostDeposits: (deposits, block) => lostDeposits(options, deposits, block),
    depositsOfEpoch(epoch) {
      const sent = sender.sent(keyOf(epoch));
      return sent === undefined ? [] : depositsOf(decodeSettle(sent.data));
    },
    async settle({ epoch, deposits, ...settling }) {
      const hash = await submit(options, epoch, {
        ...settling,
        until: BigInt(settling.until),
        deposits: deposits.map(packDepositReference),
        proof: bytesToHex(settling.proof),
      });
      return await describe(options, hash);
    },
    async settleAgain(epoch) {
      const sent = sender.sent(keyOf(epoch));
      if (sent === undefined) return false;
      await submit(options, epoch, decodeSettle(sent.data));
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

function toDeposit({ block: _, ...deposit }: QueuedDeposit): Deposit {
  return {
    ...deposit,
    id: Number(deposit.id),
    asset: Number(deposit.asset),
    expiry: Number(deposit.expiry),
    depositor: BigInt(deposit.depositor),
  };
}

/** What a transaction that settled cost. */
async function describe(options: LayerOneOptions, hash: Hex): Promise<SettledOnLayerOne> {
  const { gasUsed } = await options.publicClient.getTransactionReceipt({ hash });
  return { hash, gasUsed, verifierGas: await verifierGasOf(options, hash) };
}
