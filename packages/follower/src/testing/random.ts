import { type Field, poseidon2Hash } from "@frond/foundation";
import { CLASS_BITS, FIELD_CLASS, type ValueClass } from "@frond/protocol";

/** Numbers that look random, the same in every run with the same seed. */
export type Random = {
  below(bound: number): number;
  field(): Field;
  /** A value of one of the classes of published values. */
  valueOf(type: ValueClass): Field;
};

export function randomFrom(seed: number): Random {
  let state = BigInt(seed);
  const field = () => {
    state = poseidon2Hash([state, 77n]);
    return state;
  };
  return {
    below: (bound) => Number(field() % BigInt(bound)),
    field,
    valueOf: (type) => (type === FIELD_CLASS ? field() : field() & ((1n << BigInt(CLASS_BITS[type])) - 1n)),
  };
}
