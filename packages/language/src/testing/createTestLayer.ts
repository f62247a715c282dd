import type { Field } from "@frond/foundation";
import { publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockWitness,
  type BundleLink,
  bounceOf,
  createIndexedTree,
  entryKey,
  type IndexedTree,
  linkMessagesOf,
  type Message,
  memoryTreeStores,
  NO_LINK,
  signTransaction,
  type Transaction,
} from "@frond/protocol";
import { createExecutor, type Outcome } from "../executor/createExecutor.ts";
import type { Program } from "../ir.ts";

export type TestCall = {
  readonly secret: bigint;
  readonly method: number;
  readonly args: readonly Field[];
  /** What it pays and is ready to pay; nothing if left out. */
  readonly fee?: bigint;
  readonly link?: BundleLink;
};

export type TestBlock = {
  readonly size: string;
  readonly consumed?: readonly Message[];
  readonly calls?: readonly TestCall[];
  readonly feeRecipient?: Field;
};

/** A layer in memory, for tests of circuits: runs calls with the executor and makes block witnesses of them, as a sequencer does. */
export type TestLayer = {
  readonly layerId: Field;
  readonly tree: IndexedTree;
  /** Slot of the next block. */
  readonly slot: number;
  /** Makes the next block of these messages and calls. Calls that fail are left out. */
  block(block: TestBlock): BlockWitness;
  /** The same, and the next block as it would be with the first call that failed as its only one. It can't be proven. */
  attempt(block: TestBlock): { readonly witness: BlockWitness; readonly failed?: BlockWitness };
};

export function createTestLayer(program: Program, layerId: Field = 7n): TestLayer {
  const executor = createExecutor(program);
  const tree = createIndexedTree({ entryWidth: program.entryWidth, ...memoryTreeStores() });
  const zeros = new Array<Field>(program.entryWidth).fill(0n);
  let slot = 1;
  return {
    layerId,
    tree,
    get slot() {
      return slot;
    },
    block: (block) => run(block).witness,
    attempt(block) {
      const { witness, refused } = run(block);
      if (refused === undefined) return { witness };
      return { witness, failed: run({ size: block.size, calls: [refused] }, true).witness };
    },
  };

  function run({ size, consumed = [], calls = [], feeRecipient = 0n }: TestBlock, keepFailed = false) {
    const context = { layerId, slot, epoch: 1 };
    const values = new Map<Field, readonly Field[]>();
    const state = { get: (key: Field) => values.get(key) ?? tree.read(key) ?? zeros };
    const produced: Message[] = [];
    const apply = (outcome: Outcome) => {
      for (const key of outcome.touched) values.set(key, state.get(key));
      if (!outcome.ok) return;
      for (const [key, after] of outcome.writes) values.set(key, after);
      produced.push(...outcome.sent);
    };
    for (const message of consumed) {
      const outcome = executor.runHandler({ message, context, state });
      apply(outcome);
      const bounce = outcome.ok ? undefined : bounceOf(message, context);
      if (bounce !== undefined) produced.push(bounce);
    }
    const transactions: Transaction[] = [];
    const fees: bigint[] = [];
    const links: Message[] = [];
    let refused: TestCall | undefined;
    for (const call of calls) {
      const { secret, method, args, fee = 0n, link = NO_LINK } = call;
      const sender = addressOf(publicKeyOf(secret));
      const account = entryKey(0, [sender]);
      const nonce = Number(state.get(account)[0]);
      // The method sees its own transaction counted.
      const counted = [BigInt(nonce) + 1n, ...state.get(account).slice(1)];
      const stateCounted = { get: (key: Field) => (key === account ? counted : state.get(key)) };
      const outcome = executor.runMethod({
        method,
        args,
        context: { ...context, sender, fee, feeRecipient },
        state: stateCounted,
      });
      if (!outcome.ok) refused ??= call;
      if (!outcome.ok && !keepFailed) continue;
      values.set(account, counted);
      apply(outcome);
      const transaction = signTransaction(
        { layerId, method, args, nonce, maxFee: fee, expirySlot: slot + 10, link },
        secret,
      );
      transactions.push(transaction);
      fees.push(fee);
      const tied = linkMessagesOf(transaction);
      if (tied.consumed !== undefined) links.push(tied.consumed);
      if (tied.produced !== undefined) produced.push(tied.produced);
    }
    const witnessSet = tree.applyWitnessSet([...values].map(([key, after]) => ({ key, after })));
    const witness: BlockWitness = {
      size,
      layerId,
      slot: slot++,
      epoch: 1,
      witnessSet,
      consumed: [...consumed, ...links],
      produced,
      transactions,
      fees,
      feeRecipient,
    };
    return { witness, refused };
  }
}
