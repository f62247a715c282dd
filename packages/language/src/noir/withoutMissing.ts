import type { BlockWitness } from "@frond/protocol";
import type { BlockTrace } from "./traceBlock.ts";

/** The executor stops at a failure, so the witness set lacks the entries that the circuit opens afterwards. */
export function withoutMissing(trace: BlockTrace, { witnessSet }: BlockWitness): BlockTrace {
  const present = new Set([...witnessSet.entries, ...witnessSet.inserts].map(({ key }) => key));
  const methods = trace.methods.map((method) => ({
    ...method,
    keys: method.keys.map((key) => (present.has(key) ? key : 0n)),
  }));
  return { ...trace, methods };
}
