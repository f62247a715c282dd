import type { Field } from "@frond/foundation";
import { createExecutor, type Executor, type Program } from "@frond/language";
import { ACCOUNTS_MAP, entryKey, type Message, type Transaction } from "@frond/protocol";

/**
 * What a transaction read and did. `seen` are the versions of the entries it opened: the number of the transaction that
 * wrote each last.
 */
export type Result = {
  readonly seen: readonly (readonly [key: Field, version: number])[];
  readonly writes: readonly (readonly [key: Field, values: readonly Field[]])[];
  readonly sent: readonly Message[];
};

/**
 * A layer's state in memory, with the versions of its entries, as a sequencer's working state and as a copy of it in a
 * worker.
 */
export type State = {
  get(key: Field): readonly Field[];
  set(key: Field, values: readonly Field[], version?: number): void;
  versionOf(key: Field): number;
  /**
   * Executes like the sequencer does: the nonce, then the method. Changes nothing. Undefined if the transaction is
   * refused.
   */
  run(call: { readonly transaction: Transaction; readonly sender: Field }): Omit<Result, "seen"> & {
    readonly touched: readonly Field[];
  };
  execute(call: { readonly transaction: Transaction; readonly sender: Field }, version?: number): Result;
  /** Applies what another has computed, if it has seen what is here. */
  apply(result: Result, version: number): boolean;
  entries(): readonly (readonly [key: Field, values: readonly Field[]])[];
};

export function createState(program: Program): State {
  const executor = executorOf(program);
  const values = new Map<Field, readonly Field[]>();
  const versions = new Map<Field, number>();
  const accountKeys = new Map<Field, Field>();
  const zeros: readonly Field[] = Array<Field>(program.entryWidth).fill(0n);
  const get = (key: Field): readonly Field[] => values.get(key) ?? zeros;
  const accountKey = (sender: Field): Field => {
    const key = accountKeys.get(sender) ?? entryKey(ACCOUNTS_MAP, [sender]);
    accountKeys.set(sender, key);
    return key;
  };
  const state: State = {
    get,
    set(key, entry, version = 0) {
      values.set(key, entry);
      versions.set(key, version);
    },
    versionOf: (key) => versions.get(key) ?? 0,
    run({ transaction, sender }) {
      const key = accountKey(sender);
      const account = get(key);
      if (Number(account[0]) !== transaction.nonce) throw new Error(`The nonce is ${account[0]}.`);
      const used = [account[0]! + 1n, ...account.slice(1)];
      const outcome = executor.runMethod({
        method: transaction.method,
        args: transaction.args,
        context: { sender, layerId: transaction.layerId, time: 1, epoch: 1 },
        state: { get: (entry) => (entry === key ? used : get(entry)) },
      });
      if (!outcome.ok) throw new Error(outcome.error.message);
      const writes = new Map(outcome.writes);
      if (!writes.has(key)) writes.set(key, used);
      return { writes: [...writes], sent: outcome.sent, touched: [...new Set([key, ...outcome.touched])] };
    },
    execute(call, version = 0) {
      const { touched, ...effect } = state.run(call);
      const seen = touched.map((key) => [key, state.versionOf(key)] as const);
      for (const [key, entry] of effect.writes) state.set(key, entry, version);
      return { ...effect, seen };
    },
    apply({ seen, writes }, version) {
      for (const [key, seenVersion] of seen) if (state.versionOf(key) !== seenVersion) return false;
      for (const [key, entry] of writes) state.set(key, entry, version);
      return true;
    },
    entries: () => [...values],
  };
  return state;
}

const executors = new WeakMap<Program, Executor>();

/** One for each program, as in a node: what was compiled once stays compiled. */
function executorOf(program: Program): Executor {
  const executor = executors.get(program) ?? createExecutor(program);
  executors.set(program, executor);
  return executor;
}
