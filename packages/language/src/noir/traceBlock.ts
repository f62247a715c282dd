import type { Field } from "@frond/foundation";
import {
  addressOf,
  type BlockWitness,
  bounces,
  entryKey,
  isLink,
  type Message,
  type Transaction,
} from "@frond/protocol";
import type { ContextName, Procedure, ValueId } from "../ir.ts";
import { messageContext } from "../messageContext.ts";
import { findHandler } from "../packedCall.ts";
import type { LoweredProcedure } from "./lowerProcedure.ts";
import type { LoweredGroup, LoweredProgram } from "./lowerProgram.ts";
import type { Run } from "./run.ts";

/** What the circuit is told about one procedure that it runs. */
export type ProcedureTrace = Pick<Run, "args" | "keys" | "bits" | "hints" | "quotients"> & {
  /** How many messages the block had sent before each that the procedure sends. */
  readonly outboxPlaces: readonly number[];
};

export type BlockTrace = {
  readonly handlers: readonly ProcedureTrace[];
  readonly methods: readonly ProcedureTrace[];
  /** How many messages the block had consumed and sent before the links of each transaction. */
  readonly links: readonly LinkPlaces[];
  /** How many messages are handled, or demanded as links. */
  readonly taken: number;
  /** How many messages the handlers have sent, and the whole block. */
  readonly sentByHandlers: number;
  readonly sent: number;
  /** Transactions whose method failed, in which case no proof can be made. */
  readonly failures: readonly BlockFailure[];
};

export type LinkPlaces = { readonly consumed: number; readonly produced: number };

/** The first check that failed in a transaction. */
export type BlockFailure = {
  readonly transaction: number;
  readonly procedure?: Procedure;
  readonly instruction?: ValueId;
};

/** Runs a block as the circuit does, from the values that the witness set has before it. */
export function traceBlock(lowered: LoweredProgram, witness: BlockWitness): BlockTrace {
  const { layerId, slot, epoch, witnessSet, feeRecipient } = witness;
  const width = lowered.program.entryWidth;
  const state = new Map<Field, Field[]>();
  for (const { key, before } of witnessSet.entries) state.set(key, [...before]);
  for (const { key } of witnessSet.inserts) state.set(key, new Array<Field>(width).fill(0n));
  const surroundings = { layerId, slot: BigInt(slot), epoch: BigInt(epoch) };
  let sent = 0;

  const handle = (message: Message): ProcedureTrace => {
    const found = findHandler(lowered.program, message);
    const lowering = lowered.handlers.procedures.find(({ procedure }) => procedure === found?.handler);
    const run = startRun({ ...surroundings, ...messageContext(message) }, found?.args ?? [], lowered.handlers);
    lowering?.evaluate(run);
    const ok = lowering !== undefined && run.failures.length === 0;
    if (ok) keep(run);
    const used = run.sent.map((message) => ok && message.used);
    if (!ok && bounces(message.kind)) used[0] = true;
    return traceOf(run, lowered.handlers, used);
  };

  const handled = witness.consumed.filter(({ kind }) => !isLink(kind)).length;
  let taken = handled;
  const tie = ({ link }: Transaction): LinkPlaces => ({
    consumed: link.previous === 0n ? taken : taken++,
    produced: link.next === 0n ? sent : sent++,
  });

  const failures: BlockFailure[] = [];
  const execute = (transaction: Transaction, index: number) => {
    const lowering = lowered.methods.procedures[transaction.method];
    const sender = addressOf(transaction.publicKey);
    const account = entryKey(0, [sender]);
    const fee = lowered.program.hasFee ? witness.fees[index]! : 0n;
    const run = startRun({ ...surroundings, sender, fee, feeRecipient }, transaction.args, lowered.methods);
    run.keys[0] = account;
    // The method sees its own transaction counted.
    const entry = state.get(account);
    if (entry !== undefined) entry[0] = BigInt(transaction.nonce) + 1n;
    lowering?.evaluate(run);
    const failure = failureOf(index, run, lowering);
    if (failure !== undefined) failures.push(failure);
    keep(run);
    const used = run.sent.map((message) => message.used);
    return { method: traceOf(run, lowered.methods, used), links: tie(transaction) };
  };

  const handlers = witness.consumed.slice(0, handled).map(handle);
  const sentByHandlers = sent;
  const executed = witness.transactions.map(execute);
  const methods = executed.map(({ method }) => method);
  const links = executed.map(({ links }) => links);
  return { handlers, methods, links, taken, sentByHandlers, sent, failures };

  function startRun(context: Partial<Record<ContextName, Field>>, args: readonly Field[], group: LoweredGroup): Run {
    const opened = new Map<string, Field[]>();
    return {
      context,
      args,
      values: [],
      entries: [],
      keys: new Array<Field>(group.shape.entries).fill(0n),
      bits: [],
      hints: [],
      quotients: [],
      sent: [],
      failures: [],
      entryAt(key, map) {
        const name = key === 0n ? `none of ${map}` : key.toString();
        const known = opened.get(name);
        if (known !== undefined) return known;
        const values = [...(state.get(key) ?? new Array<Field>(width).fill(0n))];
        opened.set(name, values);
        return values;
      },
    };
  }

  function keep(run: Run): void {
    run.keys.forEach((key, place) => {
      const values = run.entries[place];
      if (key !== 0n && values !== undefined) state.set(key, values);
    });
  }

  function traceOf(run: Run, group: LoweredGroup, used: readonly boolean[]): ProcedureTrace {
    const outboxPlaces = Array.from({ length: group.shape.sent }, (_, i) => (used[i] === true ? sent++ : sent));
    const { args, keys, bits, hints, quotients } = run;
    return { args, keys, bits, hints, quotients, outboxPlaces };
  }
}

function failureOf(transaction: number, run: Run, lowering: LoweredProcedure | undefined): BlockFailure | undefined {
  if (lowering === undefined) return { transaction };
  const instruction = run.failures[0];
  return instruction === undefined ? undefined : { transaction, procedure: lowering.procedure, instruction };
}
