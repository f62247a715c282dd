import { type Field, publicKeyOf } from "@frond/foundation";
import {
  ACCOUNTS_MAP,
  addressOf,
  entryKey,
  LAST_TIME,
  linkBundle,
  signTransaction,
  type Transaction,
} from "@frond/protocol";
import type { Sequencer } from "@frond/sequencer";
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

/** `queue` is where L1 keeps deposits. */
export function createAccounts(layer: (name: string) => TestLayer, queue: Deposit[]): Accounts {
  let deposits = 0;
  const accounts: Accounts = {
    idOf: (name) => layer(name).known.layerId,
    deposit(name, amount) {
      const owner = { recipient: alice, payload: 0xa1n, depositor: 0xa1n };
      queue.push({ id: deposits++, layer: accounts.idOf(name), asset: 1, amount, ...owner, expiry: LAST_TIME });
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
