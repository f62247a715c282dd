import { blockKeysTree } from "@frond/circuits";
import { type Field, publicKeyOf } from "@frond/foundation";
import { account, address, application, assert, ethereumAddress, field, u128, when } from "@frond/language";
import { addressOf, type BlockSize, createLayerConfig, genesisStateRoot, layerIdOfConfig } from "@frond/protocol";
import type { KnownLayer } from "../tree/knownLayer.ts";

export const ALICE = 22n;
export const alice = addressOf(publicKeyOf(ALICE));

/**
 * A bank: accounts of ether that can be sent to the same account on another layer, and come back if that can't take
 * them.
 */
export const bank = application({
  name: "bank",
  state: { accounts: account({ balance: u128 }) },
  methods: {
    withdraw: {
      args: { to: ethereumAddress, amount: u128 },
      run({ state, sender, withdraw }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        withdraw({ asset: 1, amount, recipient: to });
      },
    },
    send: {
      args: { layer: field, to: address, amount: u128 },
      run({ state, sender, send }, { layer, to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        send({ to: layer, asset: 1, amount, recipient: to, payload: 1n });
      },
    },
    /** Sends money there, and has it sent back. */
    there: {
      args: { layer: field, amount: u128 },
      run({ state, sender, send }, { layer, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        send({ to: layer, asset: 1, amount, recipient: sender, payload: 2n });
      },
    },
    pay: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
    call({ state, send }, { from, amount, recipient, payload }) {
      const isReturn = payload.equals(2n);
      when(isReturn, () => send({ to: from, asset: 1, amount, recipient, payload: 1n }));
      when(isReturn.not(), () => state.accounts.at(recipient).balance.update((balance) => balance.add(amount)));
    },
    bounce({ state }, { amount, payload }) {
      state.accounts.at(payload.to(address)).balance.update((balance) => balance.add(amount));
    },
  },
});

/** The sizes of a bank's blocks. */
export const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 8, entries: 16, inserts: 8, consumed: 8, produced: 8 },
  { name: "forced", transactions: 0, forced: 4, entries: 9, inserts: 3, consumed: 0, produced: 1 },
];
export const sizeNamed = (name: string): BlockSize => sizes.find((size) => size.name === name)!;
/** The hashes of the verification keys of a bank's blocks, by their size. */
export const KEY = 1000n;
export const FORCED_KEY = 1001n;
const blockKeys = [KEY, FORCED_KEY];

/** A layer that runs a bank. */
export function knownLayer(
  name: string,
  secret: bigint,
  place: { parentId: Field; index: Field; owner?: Field },
): KnownLayer {
  const config = createLayerConfig({
    ...place,
    blockKeysRoot: blockKeysTree(blockKeys).root,
    sequencerKey: publicKeyOf(secret),
    genesisStateRoot: genesisStateRoot(bank.program.entryWidth),
  });
  return {
    name,
    layerId: layerIdOfConfig(config),
    config,
    blockKeys,
    application: "bank",
    sizes,
    circuits: [
      { size: "small", digest: "bank-small", keyHash: KEY },
      { size: "forced", digest: "bank-forced", keyHash: FORCED_KEY },
    ],
  };
}

/** The same layer with another circuit for blocks of transactions, whose key is `key`. */
export function withKey(layer: KnownLayer, key: Field): KnownLayer {
  const keys = [key, FORCED_KEY];
  return {
    ...layer,
    config: { ...layer.config, blockKeysRoot: blockKeysTree(keys).root },
    blockKeys: keys,
    circuits: layer.circuits.map((circuit) =>
      circuit.size === "small" ? { ...circuit, digest: `bank-${key}`, keyHash: key } : circuit,
    ),
  };
}
