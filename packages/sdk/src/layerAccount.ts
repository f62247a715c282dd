import type { Field, Point } from "@frond/foundation";
import { publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BundleLeg,
  type BundleLink,
  signTransaction,
  type Transaction,
  type UnsignedTransaction,
} from "@frond/protocol";
import { isRpcError, type LayerInfo, type LayerStatus, type NodeApi } from "./nodeApi.ts";
import { createSubmitter, type PendingCall, type Submitter } from "./submitter.ts";

/** An account on one layer: signs for it, and keeps its calls in order. */
export type LayerAccount = Submitter & {
  readonly layer: LayerInfo;
  readonly node: NodeApi;
  readonly address: Field;
  readonly publicKey: Point;
  /** A call as a leg of a bundle: complete but for its link and signature. */
  toLeg(call: PendingCall, nonce: number): BundleLeg;
  /** Signs a leg that was linked to the others. */
  signLeg(leg: UnsignedTransaction & { readonly link: BundleLink }): Transaction;
  /** What the layer says of itself now: later calls expire later, and offer what it asks. */
  saw(now: Pick<LayerStatus, "slot"> & Partial<LayerStatus>): void;
};

/** Slots until a call expires, unless the caller says otherwise. */
const EXPIRY_SLOTS = 10_000;
const MAXIMUM_SLOT = 2 ** 32 - 1;

export function createLayerAccount(options: {
  readonly layer: LayerInfo;
  readonly node: NodeApi;
  readonly secret: bigint;
  /** Where the layer is now, and what a transaction pays there. */
  readonly status: LayerStatus;
}): LayerAccount {
  const { layer, node, secret } = options;
  const publicKey = publicKeyOf(secret);
  const address = addressOf(publicKey);
  let lastSlot = 0;
  let lastFee = 0n;

  const saw: LayerAccount["saw"] = ({ slot, fee }) => {
    lastSlot = Math.max(lastSlot, slot);
    lastFee = fee?.fee ?? lastFee;
  };
  saw(options.status);
  const unsigned = ({ expirySlot, maxFee, ...call }: PendingCall, nonce: number) => ({
    layerId: layer.layerId,
    ...call,
    nonce,
    // A base fee moves with every block.
    maxFee: maxFee ?? 2n * lastFee,
    expirySlot: expirySlot ?? Math.min(lastSlot + EXPIRY_SLOTS, MAXIMUM_SLOT),
  });
  const submitter = createSubmitter({
    async nextNonce() {
      // A message can move a layer's slot far ahead, and blocks its fee: they are asked for with the nonce.
      const [account, status] = await Promise.all([node.account(address), node.status()]);
      saw(status);
      return account.nonce;
    },
    sign: async (call, nonce) => signTransaction(unsigned(call, nonce), secret),
    send: node.sendTransactions,
    isError: isRpcError,
  });

  return {
    ...submitter,
    layer,
    node,
    address,
    publicKey,
    toLeg: (call, nonce) => ({ ...unsigned(call, nonce), publicKey }),
    signLeg: (leg) => signTransaction(leg, secret),
    saw,
  };
}
