import type { Field } from "@frond/foundation";
import { inverseOf, reduce } from "./field.ts";

/**
 * The coefficients by which the values at `nodes` give the value at `place` of the polynomial through them: one for
 * each node. Nodes are different.
 */
export function interpolate(nodes: readonly number[], place: number): Field[] {
  return nodes.map((node) => {
    let [above, below] = [1n, 1n];
    for (const other of nodes) {
      if (other === node) continue;
      above *= BigInt(place - other);
      below *= BigInt(node - other);
    }
    return reduce(above * inverseOf(reduce(below)));
  });
}

/** The value of each row at a place, from the rows' values at the nodes. */
export function valuesAt(coefficients: readonly Field[], columns: readonly (readonly Field[])[]): Field[] {
  return columns[0]!.map((_, row) =>
    reduce(coefficients.reduce((sum, coefficient, i) => sum + coefficient * columns[i]![row]!, 0n)),
  );
}
