import type { Field } from "@frond/foundation";
import { areEqual } from "./judgeClaim.ts";
import type { QueueState } from "./queueState.ts";
import type { ProvenJob } from "./types.ts";

/** Whether a stored result is a proof. What was stored by an earlier process is verified once. */
export async function isVerified(
  { verified, circuits, verifier, logger }: QueueState,
  id: string,
  result: ProvenJob,
): Promise<boolean> {
  if (verified.has(id)) return true;
  const circuit = await circuits.get(result.circuit);
  if (circuit && (await verifier.verify(circuit, result))) verified.add(id);
  else logger.warn("A stored proof does not verify", { id });
  return verified.has(id);
}

/** Whether there is a result of the job that says what is asked for. */
export async function isDone(state: QueueState, id: string, expect: readonly Field[] | undefined): Promise<boolean> {
  const result = state.store.results.get(id);
  if (!result || (expect && !areEqual(result.publicInputs, expect))) return false;
  return isVerified(state, id, result);
}
