import { admitForced, COUNTER_BITS, entryKey, type ForcedTransaction, L1_LAYER_ID } from "@frond/protocol";
import { fitsParameters } from "../executor/fitsParameters.ts";
import { type BlockRun, keepEntries, type ProcedureTrace, startRun, traceOf } from "./traceRun.ts";

/** Runs a forced transaction as the circuit does. One that is invalid leaves the state as it was. */
export function runForced(block: BlockRun, transaction: ForcedTransaction): ProcedureTrace {
  const { lowered, surroundings, state, witness } = block;
  const { forced: group, program } = lowered;
  const admitted = admitForced(transaction, { argumentFields: program.argumentFields, time: witness.time });
  const sender = admitted.ok ? admitted.sender : 0n;
  const context = { ...surroundings, sender, fee: 0n, feeRecipient: 0n };
  const run = startRun(block, group, { context, args: transaction.args });
  if (!admitted.ok) return traceOf(block, run, { group, used: [] });
  const account = entryKey(0, [sender]);
  run.keys[0] = account;
  const entry = state.get(account);
  const [unused = 0n] = entry ?? [];
  const nonce = BigInt(admitted.nonce);
  const lowering = group.procedures[admitted.method];
  const counts = nonce >= unused && nonce + 1n < 2n ** BigInt(COUNTER_BITS);
  if (!counts || lowering === undefined || !fitsParameters(lowering.procedure, admitted.args)) {
    return traceOf(block, run, { group, used: [] });
  }
  // The method sees a nonce that already counts its own transaction.
  if (entry !== undefined) entry[0] = nonce + 1n;
  lowering.evaluate(run);
  const sendsElsewhere = run.sent.some(({ used, to }) => used && to !== L1_LAYER_ID);
  const isOk = run.failures.length === 0 && !sendsElsewhere;
  if (isOk) keepEntries(block, run);
  else if (entry !== undefined) entry[0] = unused;
  return traceOf(block, run, { group, used: run.sent.map(({ used }) => isOk && used) });
}
