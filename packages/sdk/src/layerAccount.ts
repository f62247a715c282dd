import type { Field, Point } from "@frond/foundation";
import { publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BundleLeg,
  type BundleLink,
  type Holder,
  LAST_TIME,
  signHolding,
  signTransaction,
  type Transaction,
  type UnsignedTransaction,
} from "@frond/protocol";
import { createLayerClock } from "./createLayerClock.ts";
import { isRpcError, type LayerInfo, type LayerStatus, type NodeApi } from "./nodeApi.ts";
import { createSubmitter, type PendingCall, type Submitter } from "./submitter.ts";

/** An account on one layer. Signs for the account, and keeps the order of the account's calls. */
export type LayerAccount = Submitter & {
  readonly layer: LayerInfo;
  readonly node: NodeApi;
  readonly address: Field;
  readonly publicKey: Point;
  /** Turns a call into a bundle leg without link and signature. */
  toLeg(call: PendingCall, nonce: number): BundleLeg;
  /** Signs a leg that has its link. */
  signLeg(leg: UnsignedTransaction & { readonly link: BundleLink }): Transaction;
  /** Signs that the account's owner holds the values with this hash. */
  signHolding(valuesHash: Field): Holder;
  /** Records the layer's present time and fee. Later calls derive their expiry and maximum fee from them. */
  saw(now: Pick<LayerStatus, "time"> & Partial<LayerStatus>): void;
};

/** How long a call is valid, unless the caller says so: ten minutes. */
const VALID_MILLISECONDS = 600_000;

export function createLayerAccount(options: {
  readonly layer: LayerInfo;
  readonly node: NodeApi;
  readonly secret: bigint;
  /** The layer's present time and fee. */
  readonly status: LayerStatus;
}): LayerAccount {
  const { layer, node, secret } = options;
  const publicKey = publicKeyOf(secret);
  const address = addressOf(publicKey);
  const clock = createLayerClock();
  let lastFee = 0n;

  const saw: LayerAccount["saw"] = ({ time, fee }) => {
    clock.saw(time);
    lastFee = fee?.fee ?? lastFee;
  };
  saw(options.status);
  const unsigned = (
    { expiry, validMilliseconds = VALID_MILLISECONDS, maxFee, ...call }: PendingCall,
    nonce: number,
  ) => ({
    layerId: layer.layerId,
    ...call,
    nonce,
    // A base fee changes with every block.
    maxFee: maxFee ?? 2n * lastFee,
    expiry: expiry ?? Math.min(clock.now() + validMilliseconds, LAST_TIME),
  });
  const submitter = createSubmitter({
    async nextNonce() {
      // Time and fee can change between two nonces: this machine may have slept, and blocks change the fee.
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
    signHolding: (valuesHash) => signHolding({ layerId: layer.layerId, valuesHash }, secret),
    saw,
  };
}
