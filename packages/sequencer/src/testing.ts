import { type Field, publicKeyOf } from "@frond/foundation";
import { account, address, application, assert, field, map, u128 } from "@frond/language";
import { addressOf, type BlockSize, MessageKind, signTransaction, type Transaction } from "@frond/protocol";
import type { IncomingMessage, StoreIdentity } from "@frond/store";

/** A ledger to test sequencers with: transfers, notes under any key, deposits and withdrawals of ether. */
export const ledger = application({
  name: "ledger",
  state: { accounts: account({ balance: u128 }), notes: map(field, field) },
  methods: {
    transfer: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
      },
    },
    note: {
      args: { key: field, value: field },
      run({ state }, { key, value }) {
        state.notes.at(key).set(value);
      },
    },
    withdraw: {
      args: { to: address, amount: u128 },
      run({ state, sender, withdraw }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        withdraw({ asset: 1, amount, recipient: to });
      },
    },
  },
  receive: {
    deposit({ state }, { recipient, amount, asset }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
  },
});

export const LAYER = 77n;

export const identity: StoreIdentity = {
  layerId: LAYER,
  application: "ledger",
  programDigest: "1",
  entryWidth: ledger.program.entryWidth,
};

export const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 4, entries: 12, inserts: 6, consumed: 2, produced: 2 },
  { name: "large", transactions: 16, entries: 40, inserts: 20, consumed: 4, produced: 4 },
];

const METHODS = { transfer: 0, note: 1, withdraw: 2 };

type CallOptions = Partial<Omit<Transaction, "method" | "args" | "nonce">> & {
  readonly method: keyof typeof METHODS;
  readonly args: readonly [Field, Field];
  readonly nonce: number;
};

/** The transaction of the account of `secret`, signed. */
export const call = (secret: bigint, { method, args, nonce, ...rest }: CallOptions): Transaction =>
  signTransaction(
    { layerId: LAYER, method: METHODS[method], args, nonce, maxFee: 0n, expirySlot: 1_000_000, ...rest },
    secret,
  );

export const addressOfSecret = (secret: bigint): Field => addressOf(publicKeyOf(secret));

/** A deposit of `amount` for the account, the `position`-th of L1. */
export const deposit = (recipient: Field, amount: bigint, position: number): IncomingMessage => ({
  source: "l1",
  position,
  message: { from: 0n, to: LAYER, slot: 0, kind: MessageKind.deposit, asset: 1, amount, recipient, payload: 0xe0an },
});
