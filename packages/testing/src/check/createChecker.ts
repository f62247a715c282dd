import { blockCircuit, blockInputs, callSize, dataRulesOf, heedlessInputs, type Program } from "@frond/language";
import { type BlockWitness, blockPublicInputs, blockStatement } from "@frond/protocol";
import type { CircuitSource, InputMap } from "@frond/prover";
import { CircuitMismatchError } from "../errors.ts";
import { blockOf, type Made } from "./blockOf.ts";
import { type Circuit, openCircuit } from "./openCircuit.ts";
import { shareProver } from "./shareProver.ts";

/** Compares what the executor did with the circuit. */
export type Checker = {
  /**
   * Sees a block satisfy the circuit, and has it proven if it is asked to. `what` names it in errors.
   * @throws {@link CircuitMismatchError}
   */
  accepts(what: string, program: Program, made: Made): Promise<void>;
  /** Sees the circuit refuse a call that failed, for the call's own sake. @throws {@link CircuitMismatchError} */
  refuses(what: string, program: Program, made: Made): Promise<void>;
  close(): Promise<void>;
};

export type CircuitOf = (program: Program) => CircuitSource;

/** The circuit of one call of an application. */
export const callCircuit: CircuitOf = (program) => blockCircuit({ program, size: callSize(program) });

/**
 * What the circuit says of a call that fails. The executor stops at the failure, and the circuit goes on: it may miss
 * entries or messages of what follows first.
 */
const REFUSALS =
  /its method fails|not the one that is opened|not the next place|sent (otherwise|to another layer) than/;

/** Each circuit is opened once, whatever the number of worlds. */
const opened = new WeakMap<CircuitOf, WeakMap<Program, Promise<Circuit>>>();

export function createChecker({ prove, circuitOf }: { prove: boolean; circuitOf: CircuitOf }): Checker {
  const circuits = opened.get(circuitOf) ?? new WeakMap<Program, Promise<Circuit>>();
  opened.set(circuitOf, circuits);
  const proving = prove ? shareProver() : undefined;

  async function failureOf(program: Program, inputs: InputMap): Promise<string | undefined> {
    const circuit = circuits.get(program) ?? openCircuit(circuitOf(program));
    circuits.set(program, circuit);
    return await (await circuit).failure(inputs);
  }

  async function proveBlock(
    what: string,
    program: Program,
    { witness, inputs }: { witness: BlockWitness; inputs: InputMap },
  ) {
    const prover = await proving?.prover;
    if (prover === undefined) return;
    const { publicInputs } = await prover.prove(await prover.prepare(circuitOf(program), "recursive"), inputs);
    const stated = blockPublicInputs(blockStatement(witness, callSize(program), dataRulesOf(program)));
    if (stated.length === publicInputs.length && stated.every((input, i) => input === publicInputs[i])) return;
    throw new CircuitMismatchError({ what, problem: "the proof states something else", assertion: undefined });
  }

  return {
    async accepts(what, program, made) {
      const witness = blockOf(made, program.entryWidth);
      const inputs = inputsOf(what, () => blockInputs({ program, size: callSize(program), witness }));
      const assertion = await failureOf(program, inputs);
      if (assertion !== undefined)
        throw new CircuitMismatchError({ what, problem: "the circuit refuses what the executor did", assertion });
      await proveBlock(what, program, { witness, inputs });
    },
    async refuses(what, program, made) {
      const witness = blockOf(made, program.entryWidth);
      const inputs = inputsOf(what, () => heedlessInputs({ program, size: callSize(program), witness }));
      const assertion = await failureOf(program, inputs);
      if (assertion !== undefined && REFUSALS.test(assertion)) return;
      const problem = "the executor fails, and the circuit does not";
      throw new CircuitMismatchError({ what, problem, assertion });
    },
    close: async () => await proving?.close(),
  };
}

/** The inputs. Making them runs the procedure as the circuit does. */
function inputsOf(what: string, make: () => InputMap): InputMap {
  try {
    return make();
  } catch (error) {
    const assertion = error instanceof Error ? error.message : String(error);
    throw new CircuitMismatchError({ what, problem: "there is no witness for what the executor did", assertion });
  }
}
