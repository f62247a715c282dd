import { hintSizes } from "./applicationNoir.ts";
import type { Shape } from "./lowerProgram.ts";

/** The type of a trace in the circuit. */
export function traceType(shape: Shape): string {
  const { bits, hints, divisions, sent } = hintSizes(shape);
  return `Trace<${[shape.entries, bits, hints, divisions, sent].join(", ")}>`;
}

/** The common type arguments of `Block::execute`, `Block::execute_forced` and `Block::handle`. */
export function sizesOf(shape: Shape): string {
  const { entries, keys, ranged, divisions, sent } = shape;
  const sizes = hintSizes(shape);
  return [entries, keys, sizes.bits, sizes.hints, ranged, divisions, sent, sizes.divisions, sizes.sent, "BITS"].join(
    ", ",
  );
}
