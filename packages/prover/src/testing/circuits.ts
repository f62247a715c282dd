import type { CircuitSource } from "../types.ts";

function crate(name: string, main: string): CircuitSource {
  return {
    name,
    files: {
      "bin/Nargo.toml": `[package]\nname = "${name}"\ntype = "bin"\nauthors = [""]\n[dependencies]\nlib = { path = "../lib" }\n`,
      "bin/src/main.nr": main,
      "lib/Nargo.toml": '[package]\nname = "lib"\ntype = "lib"\nauthors = [""]\n[dependencies]\n',
      "lib/src/lib.nr": "pub fn product(a: Field, b: Field) -> Field {\n    a * b\n}\n",
    },
  };
}

/** Inputs `x`, `y`, and public `z`: x * y == z. */
export const productCircuit = crate(
  "product",
  'fn main(x: Field, y: Field, z: pub Field) {\n    assert(lib::product(x, y) == z, "z must be the product");\n}\n',
);

/** Like {@link productCircuit} with another statement, x + y == z, so that keys differ. */
export const sumCircuit = crate(
  "sum",
  'fn main(x: Field, y: Field, z: pub Field) {\n    assert(x + y == z, "z must be the sum");\n}\n',
);

/** About `rounds` * 73 gates; public output: the last hash. */
export function chainCircuit(rounds: number): CircuitSource {
  const main = `fn main(start: Field) -> pub Field {
    let mut state = [start, 0, 0, 0];
    for _ in 0..${rounds} {
        state = std::hash::poseidon2_permutation(state);
    }
    state[0]
}
`;
  return crate(`chain-${rounds}`.replace("-", "_"), main);
}

/** Its hint counts through the whole field. */
export const endlessCircuit = crate(
  "endless",
  `unconstrained fn count() -> Field {
    let mut x: Field = 0;
    loop {
        x += 1;
        if x == 0 {
            break;
        }
    }
    x
}

fn main(y: pub Field) {
    // Safety: the prover never comes to know it.
    let x = unsafe { count() };
    assert(x == y);
}
`,
);
