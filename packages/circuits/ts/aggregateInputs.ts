import { FrondError } from "@frond/foundation";
import type { InputMap } from "@noir-lang/types";
import type { AggregateDescription } from "./aggregateStep.ts";
import { applySteps } from "./applySteps.ts";
import { type AggregateEncoding, encodeAggregate } from "./encodeAggregate.ts";

export type AggregateInputsOptions = AggregateDescription & Pick<AggregateEncoding, "arity" | "proofs">;

/**
 * The aggregate circuit's inputs. `proofs[i]` is the proof of step i; a step that has none of its own (a registration,
 * a freeze, an unused place) repeats the first proof given, so one is always needed.
 * @throws AggregateStepError, MissingProofError, TooManyStepsError
 */
export function aggregateInputs(description: AggregateInputsOptions): InputMap {
  const { arity, steps } = description;
  if (steps.length > arity) throw new TooManyStepsError(steps.length, arity);
  const { statement, applied } = applySteps(description);
  return encodeAggregate({ ...description, statement, applied });
}

/** More steps than the aggregate circuit takes. */
export class TooManyStepsError extends FrondError {
  constructor(steps: number, arity: number) {
    super({
      code: "circuits/too-many-steps",
      data: { steps, arity },
      message: `${steps} steps don't fit an aggregate that takes ${arity}. Fold some of them into an aggregate first, or use a wider circuit.`,
    });
  }
}
