import { type Field, FrondError, fieldToHex, publicKeyOf } from "@frond/foundation";
import type { Application } from "@frond/language";
import {
  addressOf,
  createLayerConfig,
  genesisStateRoot,
  layerIdOfConfig,
  type Preconfirmation,
  signPreconfirmations,
  type Transaction,
  transactionFromJson,
  transactionHash,
  verifyTransactions,
} from "@frond/protocol";
import { type Served, serveRpc } from "./serveRpc.ts";

/** A layer's node that keeps nonces, refuses the methods in `refused`, and executes nothing. */
export type FakeLayer = Served & {
  readonly layerId: Field;
  readonly nonces: Map<Field, number>;
  readonly accepted: Transaction[];
  /** The methods to refuse. */
  readonly refused: Set<number>;
  /** The answers of `frond_getTransaction`, by hash. */
  readonly statuses: Map<string, object>;
  time: number;
  fee: bigint;
  /** @throws {@link FrondError} with a sequencer's code when the transaction is not acceptable */
  check(transaction: Transaction): void;
  /** Accepts and promises a checked transaction. */
  accept(transaction: Transaction): Preconfirmation;
};

export async function fakeLayer(options: {
  readonly application: Application;
  readonly index: bigint;
  readonly parentId?: Field;
  /** Signs promises with another key than the layer's key. */
  readonly isForger?: boolean;
  /** Began with balances for its operator. */
  readonly isRigged?: boolean;
}): Promise<FakeLayer> {
  const { application, index, parentId = 0n, isForger = false, isRigged = false } = options;
  const secret = 1_000n + index;
  const config = createLayerConfig({
    parentId,
    index,
    blockKeysRoot: 0n,
    sequencerKey: publicKeyOf(secret),
    genesisStateRoot: genesisStateRoot(application.program.entryWidth) + (isRigged ? 1n : 0n),
  });
  const layerId = layerIdOfConfig(config);
  const nonceOf = (address: Field) => layer.nonces.get(address) ?? 0;
  const refuse = (code: string, message: string) => new FrondError({ code, message });

  const layer: Omit<FakeLayer, keyof Served> = {
    layerId,
    nonces: new Map(),
    accepted: [],
    refused: new Set(),
    statuses: new Map(),
    time: 1,
    fee: 0n,
    check(transaction) {
      const { nonce, publicKey, method, expiry, maxFee } = transaction;
      const expected = nonceOf(addressOf(publicKey));
      if (transaction.layerId !== layerId) throw refuse("sequencer/wrong-layer", "It is for another layer.");
      if (verifyTransactions([transaction])[0] !== true)
        throw refuse("sequencer/invalid-signature", "The signature is wrong.");
      if (nonce < expected) throw refuse("sequencer/nonce-too-low", "The nonce is used.");
      if (nonce > expected) throw refuse("sequencer/nonce-too-high", "The nonce leaves a gap.");
      if (expiry < layer.time) throw refuse("sequencer/expired", "It has expired.");
      if (maxFee < layer.fee) throw refuse("sequencer/fee-too-low", "It pays too little.");
      if (layer.refused.has(method)) throw refuse("sequencer/execution-failed", "The application refused.");
    },
    accept(transaction) {
      const address = addressOf(transaction.publicKey);
      layer.nonces.set(address, nonceOf(address) + 1);
      layer.accepted.push(transaction);
      const promised = { layerId, transactionHash: transactionHash(transaction), time: layer.time, epoch: 1 };
      const place = { block: 1, position: layer.accepted.length - 1 };
      return signPreconfirmations([{ ...promised, ...place }], isForger ? secret + 1n : secret)[0]!;
    },
  };

  const served = await serveRpc({
    frond_getLayer: () => ({ layerId, config, chainId: "31337", settlement: `0x${"11".repeat(20)}` }),
    frond_application: () => ({ name: application.name }),
    frond_status: () => ({ time: layer.time, fee: { kind: "fixed", fee: layer.fee } }),
    frond_getAccount: ({ address }: { address: string }) => ({ nonce: nonceOf(BigInt(address)) }),
    frond_getTransaction: ({ hash }: { hash: string }) => layer.statuses.get(hash) ?? { status: "preconfirmed" },
    frond_sendTransaction({ transaction }: { transaction: unknown }) {
      const sent = transactionFromJson(transaction);
      layer.check(sent);
      return layer.accept(sent);
    },
  });
  return Object.assign(layer, served);
}

/** Sets the answer of `frond_getTransaction` for one transaction. */
export function setStatus(layer: FakeLayer, hash: Field, status: object): void {
  layer.statuses.set(fieldToHex(hash), status);
}
