import type { Field } from "@frond/foundation";
import { publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockWitness,
  type BundleLink,
  bounceOf,
  createIndexedTree,
  entryKey,
  FIRST_TIME,
  type ForcedTransaction,
  forcedMessage,
  type Holder,
  heldEntryKey,
  type IndexedTree,
  linkMessagesOf,
  type Message,
  memoryTreeStores,
  NO_LINK,
  signHolding,
  signTransaction,
  type Transaction,
  valuesHash,
} from "@frond/protocol";
import { type CallContext, createExecutor, type Executor } from "../executor/createExecutor.ts";
import type { Outcome } from "../executor/outcome.ts";
import type { StateAccess } from "../executor/session.ts";
import type { Program } from "../ir.ts";

export type TestCall = {
  readonly secret: bigint;
  readonly method: number;
  readonly args: readonly Field[];
  /** The fee, which is also the `maxFee`; by default 0. */
  readonly fee?: bigint;
  readonly link?: BundleLink;
  /** The account's next, unless given. */
  readonly nonce?: number;
};

export type TestBlock = {
  readonly size: string;
  readonly consumed?: readonly Message[];
  readonly calls?: readonly TestCall[];
  /** Forced transactions; a block has either these or messages and calls. */
  readonly forced?: readonly ForcedTransaction[];
  readonly feeRecipient?: Field;
  /**
   * Owners, by their secrets, who sign that they hold their accounts as they are at the end of the block; those whose
   * accounts the block does not touch have nothing to sign.
   */
  readonly holders?: readonly bigint[];
};

/**
 * A layer in memory for tests of applications and circuits: it executes calls and makes block witnesses, as a sequencer
 * does. Its clock stands still unless the test moves the clock.
 */
export type TestLayer = {
  readonly layerId: Field;
  readonly tree: IndexedTree;
  /**
   * The time of the next block: that of the clock, or more if the last block or a message to consume demands it.
   * Setting it sets the clock, forward or back.
   */
  time: number;
  /** Moves the clock on: `layer.pass(seconds(30))`. */
  pass(milliseconds: number | bigint): void;
  /** Makes the next block from messages and calls. Failed calls are omitted. */
  block(block: TestBlock): BlockWitness;
  /**
   * Makes the next block, and in `failed` a further block that holds only the first failed call. That block can't be
   * proven.
   */
  attempt(block: TestBlock): { readonly witness: BlockWitness; readonly failed?: BlockWitness };
};

/** A layer without blocks yet. Its clock is at the first time of all. */
export function createTestLayer(program: Program, layerId: Field = 7n): TestLayer {
  const executor = createExecutor(program);
  const tree = createIndexedTree({ entryWidth: program.entryWidth, ...memoryTreeStores() });
  const zeros = new Array<Field>(program.entryWidth).fill(0n);
  let clock = FIRST_TIME;
  let last = FIRST_TIME - 1;
  return {
    layerId,
    tree,
    get time() {
      return Math.max(clock, last + 1);
    },
    set time(milliseconds) {
      clock = milliseconds;
    },
    pass(milliseconds) {
      clock = this.time + Number(milliseconds);
    },
    block: (block) => run(block).witness,
    attempt(block) {
      const { witness, refused } = run(block);
      if (refused === undefined) return { witness };
      return { witness, failed: run({ size: block.size, calls: [refused] }, true).witness };
    },
  };

  function run({ size, consumed = [], calls = [], forced = [], holders = [], ...rest }: TestBlock, keepFailed = false) {
    const { feeRecipient = 0n } = rest;
    // The rule of sequencers (docs/protocol.md 4).
    const time = consumed.reduce((least, message) => Math.max(least, message.time + 1), Math.max(clock, last + 1));
    last = time;
    const context = { layerId, time, epoch: 1 };
    const values = new Map<Field, readonly Field[]>();
    const state = { get: (key: Field) => values.get(key) ?? tree.read(key) ?? zeros };
    const block: Draft = { context, values, state, feeRecipient, produced: [], links: [], transactions: [], fees: [] };
    for (const message of consumed) handleMessage(executor, block, message);
    let refused: TestCall | undefined;
    for (const call of calls) if (!executeCall(executor, block, { call, keepFailed })) refused ??= call;
    for (const transaction of forced) applyOutcome(block, executor.runForced({ transaction, context, state }));
    const witnessSet = tree.applyWitnessSet([...values].map(([key, after]) => ({ key, after })));
    const { links, produced, transactions, fees } = block;
    const witness: BlockWitness = {
      size,
      layerId,
      time,
      epoch: 1,
      witnessSet,
      consumed: [...consumed, ...links, ...forced.map(forcedMessage)],
      produced,
      transactions,
      forced,
      fees,
      feeRecipient,
      ...(holders.length > 0 && { holders: holders.flatMap((secret) => signFor(secret, values)) }),
    };
    return { witness, refused };
  }

  function signFor(secret: bigint, values: ReadonlyMap<Field, readonly Field[]>): Holder[] {
    const after = values.get(heldEntryKey({ publicKey: publicKeyOf(secret) }));
    return after === undefined ? [] : [signHolding({ layerId, valuesHash: valuesHash(after) }, secret)];
  }
}

/** A block that is being made. */
type Draft = {
  readonly context: CallContext;
  /** The new values of the touched entries, by key. */
  readonly values: Map<Field, readonly Field[]>;
  readonly state: StateAccess;
  readonly feeRecipient: Field;
  readonly produced: Message[];
  readonly links: Message[];
  readonly transactions: Transaction[];
  readonly fees: bigint[];
};

function applyOutcome({ values, state, produced }: Draft, outcome: Outcome): void {
  for (const key of outcome.touched) values.set(key, state.get(key));
  if (!outcome.ok) return;
  for (const [key, after] of outcome.writes) values.set(key, after);
  produced.push(...outcome.sent);
}

function handleMessage(executor: Executor, block: Draft, message: Message): void {
  const { context, state, produced } = block;
  const outcome = executor.runHandler({ message, context, state });
  applyOutcome(block, outcome);
  const bounce = outcome.ok ? undefined : bounceOf(message, context);
  if (bounce !== undefined) produced.push(bounce);
}

/** Executes a call, and adds its transaction unless the call failed. Returns whether the call succeeded. */
function executeCall(
  executor: Executor,
  block: Draft,
  { call, keepFailed }: { readonly call: TestCall; readonly keepFailed: boolean },
): boolean {
  const { secret, method, args, fee = 0n, link = NO_LINK } = call;
  const { context, values, state, feeRecipient } = block;
  const sender = addressOf(publicKeyOf(secret));
  const account = entryKey(0, [sender]);
  const { nonce = Number(state.get(account)[0]) } = call;
  // The method sees a nonce that already counts its own transaction.
  const counted = [BigInt(nonce) + 1n, ...state.get(account).slice(1)];
  const outcome = executor.runMethod({
    method,
    args,
    context: { ...context, sender, fee, feeRecipient },
    state: { get: (key) => (key === account ? counted : state.get(key)) },
  });
  if (!outcome.ok && !keepFailed) return false;
  values.set(account, counted);
  applyOutcome(block, outcome);
  const { layerId, time } = context;
  addTransaction(
    block,
    signTransaction({ layerId, method, args, nonce, maxFee: fee, expiry: time + 10, link }, secret),
  );
  return outcome.ok;
}

function addTransaction({ transactions, fees, links, produced }: Draft, transaction: Transaction): void {
  transactions.push(transaction);
  fees.push(transaction.maxFee);
  const { consumed, produced: sent } = linkMessagesOf(transaction);
  if (consumed !== undefined) links.push(consumed);
  if (sent !== undefined) produced.push(sent);
}
