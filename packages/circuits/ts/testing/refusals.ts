import { expect } from "vitest";
import type { AggregateDescription } from "../aggregateStep.ts";
import { applySteps } from "../applySteps.ts";
import { encodeAggregate } from "../encodeAggregate.ts";
import type { TestCircuit } from "./compileForTest.ts";
import { forgeSteps } from "./forgeSteps.ts";
import { unprovenProofs } from "./scenario.ts";

/** What a range check says: it can't be given words of its own. */
export const OUT_OF_RANGE = /call to assert_max_bit_size/;

/** The inputs of an aggregate as somebody makes them who cares for no rule. */
export function forgedInputs(description: AggregateDescription, arity: number) {
  const proofs = unprovenProofs(description.steps, arity);
  return encodeAggregate({ ...description, ...forgeSteps(description), arity, proofs });
}

/** The function and the circuit accept the steps, and lead to the same. */
export async function expectAccepted(
  circuit: TestCircuit,
  description: AggregateDescription,
  arity: number,
): Promise<ReturnType<typeof applySteps>> {
  const applied = applySteps(description);
  expect(forgeSteps(description)).toEqual(applied);
  await circuit.run(forgedInputs(description, arity));
  return applied;
}

/** The function refuses the steps by a rule, and the circuit by a constraint, however consistent all else is. */
export async function expectRefused(
  circuit: TestCircuit,
  description: AggregateDescription,
  { arity, rule, constraint }: { readonly arity: number; readonly rule: string; readonly constraint: RegExp },
): Promise<void> {
  expect(() => applySteps(description)).toThrow(expect.objectContaining({ data: { rule } }));
  await expect(circuit.run(forgedInputs(description, arity))).rejects.toThrow(constraint);
}
