import { librarySources } from "@frond/circuits";
import { type Field, fieldToHex } from "@frond/foundation";
import type { Program } from "../ir.ts";
import { hintSizes, loweredNoir } from "../noir/applicationNoir.ts";
import { loweredOf } from "../noir/blockInputs.ts";
import type { Run } from "../noir/run.ts";
import { createTestCircuit } from "./testCircuit.ts";

const MANIFEST = `[package]
name = "test"
type = "bin"
authors = []
[dependencies]
frond = { path = "../lib" }
`;

/** What a method is claimed to do with an empty state: the values that it writes to the first cell, or to fail. */
export type Claim = { readonly written: readonly Field[] } | "failure";

type Hints = Pick<Run, "args" | "bits" | "hints" | "quotients">;

/**
 * A circuit of the methods of a program alone, with the check of their hints. Every entry of the state is empty. The
 * program has a cell as its first map besides the accounts, and no fee.
 */
export type ProcedureCircuit = {
  /** How many numbers a method ranges. */
  rangesOf(method: number): number;
  /** The hints of an honest prover. */
  run(method: number, args: readonly Field[]): Run;
  /**
   * Undefined if the hints satisfy the circuit, otherwise the message of the failed assertion. Without a claim any
   * effects will do. `without` is the number of a range check that is left out.
   */
  failure(
    method: number,
    hints: Hints,
    options?: { readonly claim?: Claim; readonly without?: number },
  ): Promise<string | undefined>;
};

export async function createProcedureCircuit(program: Program): Promise<ProcedureCircuit> {
  const lowered = loweredOf(program);
  const { shape, procedures } = lowered.methods;
  const sizes = hintSizes(shape);
  const { entryWidth } = program;
  const main = `mod application;
use application::{ARGUMENTS, BITS, ENTRY_WIDTH};
use frond::block::{Context, MethodContext};
use frond::integer::{equal, Quotient};
use frond::procedure::Call;
fn main(
    method: Field,
    args: [Field; ARGUMENTS],
    bits: [Field; ${sizes.bits}],
    hints: [Field; ${sizes.hints}],
    quotients: [Quotient; ${sizes.divisions}],
    is_claimed: Field,
    failed: Field,
    written: [Field; ${entryWidth}],
    left_out: Field,
) {
    let places = [0; ${shape.entries}];
    let call = Call { places, entries: [[0; ENTRY_WIDTH]; ${shape.entries}], bits, hints, quotients };
    let context = MethodContext { block: Context::new(7, 1, 1, 0), sender: 1, fee: 0 };
    let mut effects = application::execute(1, method, args, context, call);
    for i in 0..${shape.ranged} {
        effects.ranged[i] *= 1 - equal(left_out, i as Field);
    }
    effects.check::<${[sizes.bits, sizes.hints, sizes.divisions, "BITS"].join(", ")}>(call);
    assert(is_claimed * (1 - equal(effects.failures, 0) - failed) == 0, "claim: another outcome");
    for i in 0..ENTRY_WIDTH {
        assert(is_claimed * (1 - failed) * (effects.changes[1][i] - written[i]) == 0, "claim: other values");
    }
}
`;
  const circuit = await createTestCircuit({
    files: {
      ...librarySources(),
      "bin/Nargo.toml": MANIFEST,
      "bin/src/main.nr": main,
      "bin/src/application.nr": loweredNoir(lowered),
    },
  });
  const fields = (values: readonly Field[], length: number) =>
    Array.from({ length }, (_, i) => fieldToHex(values[i] ?? 0n));
  return {
    run(method, args) {
      const run: Run = {
        context: {},
        args,
        ...{ values: [], entries: [], keys: [], bits: [], hints: [], quotients: [], sent: [], failures: [] },
        entryAt: () => new Array<Field>(entryWidth).fill(0n),
      };
      procedures[method]!.evaluate(run);
      return run;
    },
    rangesOf: (method) => procedures[method]!.uses.ranged,
    failure(method, { args, bits, hints, quotients }, { claim, without } = {}) {
      return circuit.failure({
        method: fieldToHex(BigInt(method)),
        args: fields(args, program.argumentFields),
        bits: fields(bits, sizes.bits),
        hints: fields(hints, sizes.hints),
        quotients: Array.from({ length: sizes.divisions }, (_, i) => {
          const { fits, quotient, remainder } = quotients[i] ?? { fits: 0n, quotient: 0n, remainder: 0n };
          return { fits: fieldToHex(fits), quotient: fieldToHex(quotient), remainder: fieldToHex(remainder) };
        }),
        left_out: fieldToHex(BigInt(without ?? shape.ranged)),
        is_claimed: claim === undefined ? "0x0" : "0x1",
        failed: claim === "failure" ? "0x1" : "0x0",
        written: fields(claim === undefined || claim === "failure" ? [] : claim.written, entryWidth),
      });
    },
  };
}
