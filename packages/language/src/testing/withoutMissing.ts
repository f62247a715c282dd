import type { BlockWitness } from "@frond/protocol";
import type { BlockTrace } from "../noir/traceBlock.ts";

/** The executor stops where a call fails, so the witness set lacks what the circuit opens after that. */
export function withoutMissing(trace: BlockTrace, { witnessSet }: BlockWitness): BlockTrace {
  const present = new Set([...witnessSet.entries, ...witnessSet.inserts].map(({ key }) => key));
  const methods = trace.methods.map((method) => ({
    ...method,
    keys: method.keys.map((key) => (present.has(key) ? key : 0n)),
  }));
  return { ...trace, methods };
}
