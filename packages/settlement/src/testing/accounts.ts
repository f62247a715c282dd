import { type Field, publicKeyOf } from "@frond/foundation";
import {
  ACCOUNTS_MAP,
  addressOf,
  entryKey,
  type ForcedTransaction,
  forcedHash,
  forcedOf,
  LAST_TIME,
  linkBundle,
  signTransaction,
  type Transaction,
} from "@frond/protocol";
import type { Sequencer } from "@frond/sequencer";
import { forcedId } from "../tree/itemIds.ts";
import type { Deposit } from "../types.ts";
import { ALICE, alice, bank } from "./bank.ts";
import type { TestLayer } from "./testLayer.ts";

/** A transaction of Alice before it is signed. */
type Unsigned = Parameters<typeof linkBundle>[0][number];

/** What people do on the layers of a tree. */
export type Accounts = {
  idOf(name: string): Field;
  /** Queues a deposit on L1 for Alice. */
  deposit(name: string, amount: bigint): void;
  /** Publishes a call of Alice's on L1. */
  force(name: string, method: string, args: readonly Field[], nonce?: number): ForcedTransaction;
  balance(name: string, owner?: Field): bigint;
  nonce(name: string): number;
  /** By default Alice's, with her next nonce. */
  unsigned(
    name: string,
    method: string,
    args: readonly Field[],
    of?: { readonly nonce?: number; readonly secret?: bigint },
  ): Unsigned;
  call(name: string, method: string, args: readonly Field[]): ReturnType<Sequencer["submit"]>;
  /** Alice pays somebody. */
  pay(name: string, secret: bigint, amount: bigint): ReturnType<Sequencer["submit"]>;
  bundle(legs: readonly Unsigned[], secret?: bigint): Transaction[];
};

/** L1 keeps deposits and forced transactions in `chain`. */
export function createAccounts(
  layer: (name: string) => TestLayer,
  { deposits: queue, forced: forcedQueue }: { readonly deposits: Deposit[]; readonly forced: Deposit[] },
): Accounts {
  let deposits = 0;
  const accounts: Accounts = {
    idOf: (name) => layer(name).known.layerId,
    deposit(name, amount) {
      const owner = { recipient: alice, payload: 0xa1n, depositor: 0xa1n };
      queue.push({ id: deposits++, layer: accounts.idOf(name), asset: 1, amount, ...owner, expiry: LAST_TIME });
    },
    force(name, method, args, nonce = 0) {
      const unsigned = { ...accounts.unsigned(name, method, args, { nonce }), expiry: Date.now() + 600_000 };
      const forced = forcedOf(signTransaction(unsigned, ALICE));
      const amount = BigInt(unsigned.args.length);
      forcedQueue.push({
        ...{ id: forcedId(forcedQueue.length), layer: unsigned.layerId, asset: 0, amount },
        ...{ recipient: 0n, payload: forcedHash(forced), depositor: 0n, expiry: Date.now() + 60_000, forced },
      });
      return forced;
    },
    balance: (name, owner = alice) => layer(name).sequencer.read(accountKeyOf(owner))?.[1] ?? 0n,
    nonce: (name) => Number(layer(name).sequencer.read(accountKeyOf(alice))?.[0] ?? 0n),
    unsigned(name, method, args, { nonce = accounts.nonce(name), secret = ALICE } = {}) {
      const number = bank.program.methods.findIndex((candidate) => candidate.name === method);
      const padded = [...args, ...Array<Field>(bank.program.argumentFields - args.length).fill(0n)];
      const common = { layerId: accounts.idOf(name), method: number, args: padded, nonce };
      return { ...common, maxFee: 0n, expiry: LAST_TIME, publicKey: publicKeyOf(secret) };
    },
    call: (name, method, args) =>
      layer(name).sequencer.submit(signTransaction(accounts.unsigned(name, method, args), ALICE)),
    pay: (name, secret, amount) => accounts.call(name, "pay", [addressOf(publicKeyOf(secret)), amount]),
    bundle: (legs, secret = ALICE) => linkBundle(legs).map((leg) => signTransaction(leg, secret)),
  };
  return accounts;
}

const accountKeyOf = (owner: Field): Field => entryKey(ACCOUNTS_MAP, [owner]);
