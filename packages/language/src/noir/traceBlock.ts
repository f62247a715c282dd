import type { Field } from "@frond/foundation";
import {
  addressOf,
  type BlockWitness,
  bounces,
  entryKey,
  isForced,
  isLink,
  type Message,
  type Transaction,
} from "@frond/protocol";
import type { Procedure, ValueId } from "../ir.ts";
import { messageContext } from "../messageContext.ts";
import { findHandler } from "../packedCall.ts";
import type { LoweredProcedure } from "./loweredProcedure.ts";
import type { LoweredProgram } from "./lowerProgram.ts";
import type { Run } from "./run.ts";
import { runForced } from "./traceForced.ts";
import { type BlockRun, emptyEntry, keepEntries, type ProcedureTrace, startRun, traceOf } from "./traceRun.ts";

export type BlockTrace = {
  readonly handlers: readonly ProcedureTrace[];
  readonly methods: readonly ProcedureTrace[];
  /** For each transaction, the numbers of consumed and sent messages before its links. */
  readonly links: readonly LinkPlaces[];
  /** The number of consumed messages, handled ones and links. */
  readonly taken: number;
  /** The number of messages that the handlers have sent, and the number that the whole block has sent. */
  readonly sentByHandlers: number;
  readonly sent: number;
  readonly forced: readonly ProcedureTrace[];
  /** The transactions whose method failed. A block with such a transaction has no proof. */
  readonly failures: readonly BlockFailure[];
};

type LinkPlaces = { readonly consumed: number; readonly produced: number };

/** The first failed check of a transaction. */
export type BlockFailure = {
  readonly transaction: number;
  readonly procedure?: Procedure;
  readonly instruction?: ValueId;
};

/** Runs a block as the circuit does, from the values that the witness set holds before the block. */
export function traceBlock(lowered: LoweredProgram, witness: BlockWitness): BlockTrace {
  const messages = witness.consumed.filter(({ kind }) => !isLink(kind) && !isForced(kind)).length;
  const block = startBlock(lowered, witness, messages);
  const handlers = witness.consumed.slice(0, messages).map((message) => runMessage(block, message));
  const sentByHandlers = block.sent;
  const executed = witness.transactions.map((transaction, index) => runTransaction(block, transaction, index));
  const forced = (witness.forced ?? []).map((transaction) => runForced(block, transaction));
  return {
    handlers,
    forced,
    methods: executed.map(({ method }) => method),
    links: executed.map(({ links }) => links),
    taken: block.taken,
    sentByHandlers,
    sent: block.sent,
    failures: executed.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
  };
}

function startBlock(lowered: LoweredProgram, witness: BlockWitness, taken: number): BlockRun {
  const { layerId, time, epoch, witnessSet } = witness;
  const state = new Map<Field, Field[]>();
  for (const { key, before } of witnessSet.entries) state.set(key, [...before]);
  for (const { key } of witnessSet.inserts) state.set(key, emptyEntry(lowered));
  const surroundings = { layerId, time: BigInt(time), epoch: BigInt(epoch) };
  return { lowered, witness, state, surroundings, taken, sent: 0 };
}

function runMessage(block: BlockRun, message: Message): ProcedureTrace {
  const { program, handlers } = block.lowered;
  const found = findHandler(program, message);
  const lowering = handlers.procedures.find(({ procedure }) => procedure === found?.handler);
  const context = { ...block.surroundings, ...messageContext(message) };
  const run = startRun(block, handlers, { context, args: found?.args ?? [] });
  lowering?.evaluate(run);
  const isOk = lowering !== undefined && run.failures.length === 0;
  if (isOk) keepEntries(block, run);
  const used = run.sent.map((sent) => isOk && sent.used);
  // The bounce of a message takes the first place of its handler. A bounce itself does not bounce.
  if (!isOk && bounces(message.kind)) used[0] = true;
  return traceOf(block, run, { group: handlers, used });
}

function runTransaction(block: BlockRun, transaction: Transaction, index: number) {
  const { lowered, witness, surroundings, state } = block;
  const lowering = lowered.methods.procedures[transaction.method];
  const sender = addressOf(transaction.publicKey);
  const account = entryKey(0, [sender]);
  const fee = lowered.program.hasFee ? witness.fees[index]! : 0n;
  const context = { ...surroundings, sender, fee, feeRecipient: witness.feeRecipient };
  const run = startRun(block, lowered.methods, { context, args: transaction.args });
  run.keys[0] = account;
  // The method sees a nonce that already counts its own transaction.
  const entry = state.get(account);
  if (entry !== undefined) entry[0] = BigInt(transaction.nonce) + 1n;
  lowering?.evaluate(run);
  keepEntries(block, run);
  const used = run.sent.map((message) => message.used);
  const method = traceOf(block, run, { group: lowered.methods, used });
  return { method, links: takeLinks(block, transaction), failure: failureOf(index, run, lowering) };
}

/** The places of a transaction's links among the messages that the block consumes and produces. */
function takeLinks(block: BlockRun, { link }: Transaction): LinkPlaces {
  return {
    consumed: link.previous === 0n ? block.taken : block.taken++,
    produced: link.next === 0n ? block.sent : block.sent++,
  };
}

function failureOf(transaction: number, run: Run, lowering: LoweredProcedure | undefined): BlockFailure | undefined {
  if (lowering === undefined) return { transaction };
  const instruction = run.failures[0];
  return instruction === undefined ? undefined : { transaction, procedure: lowering.procedure, instruction };
}
