import { type Field, publicKeyOf } from "@frond/foundation";
import { account, address, application, assert, ethereumAddress, field, map, u64, u128 } from "@frond/language";
import {
  addressOf,
  type BlockSize,
  entryKey,
  linkBundle,
  MessageKind,
  signTransaction,
  type Transaction,
} from "@frond/protocol";
import { type IncomingMessage, L1_SOURCE, layerSource, type Store, type StoreIdentity } from "@frond/store";
import { createSequencer } from "./createSequencer.ts";
import { systemClock } from "./time/systemClock.ts";
import type { Allowance, Clock, Sequencer, SequencerDependencies, SequencerOptions } from "./types.ts";

/**
 * A ledger to test sequencers with: transfers, notes under any key, deposits and withdrawals of ether, payments to
 * other layers and from them.
 */
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
      args: { to: ethereumAddress, amount: u128 },
      run({ state, sender, withdraw }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        withdraw({ asset: 1, amount, recipient: to });
      },
    },
    /** To the sender's account on layer `to`. */
    pay: {
      args: { to: field, amount: u128 },
      run({ state, sender, send }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        send({ to, asset: 1, amount, recipient: sender });
      },
    },
    /** Fails at every time between two. */
    notBetween: {
      args: { last: u64, next: u64 },
      run({ time }, { last, next }) {
        assert(time.atMost(last).or(time.atLeast(next)), "another time");
      },
    },
  },
  receive: {
    deposit({ state }, { recipient, amount, asset }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
    call({ state }, { recipient, amount, asset }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
    /** What comes back is nobody's. */
    bounce() {},
  },
});

/** A ledger whose transactions pay. */
export const feeLedger = application({
  name: "feeLedger",
  state: { accounts: account({ balance: u128 }) },
  fee({ state, sender, fee, feeRecipient }) {
    const amount = fee.to(u128);
    state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
    state.accounts.at(feeRecipient).balance.update((balance) => balance.add(amount));
  },
  methods: {
    transfer: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
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
/** Layers that exist only as names. */
export const [OTHER, THIRD] = [90n, 91n];
export const SECRET = 5n;
export const [ALICE, BOB] = [11n, 12n];

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

/** A clock of a machine whose calendar stands at the beginning of 1970, so that times count blocks: 1, 2, 3.. */
const countingClock: Clock = { ...systemClock, now: () => 0 };

/** A sequencer of the ledger whose blocks end only when they are full or asked to. */
export const startOn = (
  store: Store,
  options: Partial<SequencerOptions> = {},
  dependencies: Omit<SequencerDependencies, "store"> = {},
): Sequencer =>
  createSequencer(
    { program: ledger.program, layerId: LAYER, sizes, secret: SECRET, blockMilliseconds: 3_600_000, ...options },
    { store, clock: countingClock, ...dependencies },
  );

/** What a tree without other layers, and without limits, allows. */
export const allowing = (allowance: Partial<Allowance> = {}): Allowance => ({
  reachable: new Set(),
  frozen: new Set(),
  waitingBundles: new Set(),
  frozenBundles: new Set(),
  round: 1,
  blocks: Number.POSITIVE_INFINITY,
  deposits: 256,
  exits: 256,
  ...allowance,
});

/** A clock that stands still until it is told to go on; `set` sets its calendar forward or back. */
export function manualClock(): Clock & { advance(milliseconds: number): void; set(now: number): void } {
  let now = 0;
  let calendar = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => calendar + now,
    passed: () => now,
    set(time) {
      calendar = time - now;
    },
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(milliseconds) {
      now += milliseconds;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}

const METHODS = { transfer: 0, note: 1, withdraw: 2, pay: 3, notBetween: 4 };

type CallOptions = Partial<Omit<Transaction, "method" | "args" | "nonce">> & {
  readonly method: keyof typeof METHODS;
  readonly args: readonly [Field, Field];
  readonly nonce: number;
};

/** The transaction of the account of `secret`, signed. */
export const call = (secret: bigint, { method, args, nonce, ...rest }: CallOptions): Transaction =>
  signTransaction(
    { layerId: LAYER, method: METHODS[method], args, nonce, maxFee: 0n, expiry: 1_000_000, ...rest },
    secret,
  );

/** The same as the leg of a bundle that begins on layer `OTHER` (and goes on to `THIRD`, if it has three legs). */
export function leg(
  secret: bigint,
  { method, args, nonce, legs = 2, ...rest }: CallOptions & { readonly legs?: 2 | 3 },
): Transaction {
  const publicKey = publicKeyOf(secret);
  const common = { maxFee: 0n, expiry: 1_000_000, publicKey, method: METHODS[method], args };
  const [, linked] = linkBundle(
    [
      { ...common, layerId: OTHER, nonce: 0 },
      { ...common, layerId: LAYER, nonce, ...rest },
      { ...common, layerId: THIRD, nonce: 0 },
    ].slice(0, legs),
  );
  return signTransaction(linked!, secret);
}

export const addressOfSecret = (secret: bigint): Field => addressOf(publicKeyOf(secret));
export const alice = addressOfSecret(ALICE);
export const bob = addressOfSecret(BOB);

export const balanceOf = (sequencer: Sequencer, address: Field): bigint | undefined =>
  sequencer.read(entryKey(0, [address]))?.[1];

export const note = (nonce: number, key: Field, secret = ALICE): Transaction =>
  call(secret, { method: "note", args: [key, 1n], nonce });

/** A deposit of `amount` for the account, the `position`-th of L1. */
export const deposit = (recipient: Field, amount: bigint, position: number): IncomingMessage => ({
  source: L1_SOURCE,
  position,
  message: { from: 0n, to: LAYER, time: 0, kind: MessageKind.deposit, asset: 1, amount, recipient, payload: 0xe0an },
});

/**
 * Accounts that processes send from which are killed, and what L1 gives them: the same deposit at a position each time.
 */
export const SENDERS = [21n, 22n, 23n];
export const depositAt = (position: number): IncomingMessage =>
  deposit(addressOfSecret(SENDERS[position % SENDERS.length]!), 5n, position);

/** A payment from layer `OTHER`, sent in its `time`. */
export const payment = (recipient: Field, amount: bigint, time: number): IncomingMessage => ({
  source: layerSource(OTHER),
  position: time * 64,
  message: { from: OTHER, to: LAYER, time, kind: MessageKind.call, asset: 1, amount, recipient, payload: 0n },
});

/** The store of a process that dies with the write after so many. */
export function dyingAfter(store: Store, writes: number): Store {
  let left = writes;
  const write =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left-- <= 0) throw new Error("the process has died");
      return run(...args);
    };
  return {
    ...store,
    append: write(store.append),
    commitBlock: write(store.commitBlock),
    rollback: write(store.rollback),
    removePending: write(store.removePending),
    table: (name) => {
      const table = store.table<never>(name);
      return { ...table, put: write(table.put), delete: write(table.delete) } as never;
    },
  };
}
