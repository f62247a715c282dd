import { type Field, sleep } from "@frond/foundation";
import type { InputMap } from "@frond/prover";
import { UnprovableError } from "../errors.ts";
import type { TreeProver } from "../types.ts";

export type FakeProver = TreeProver & {
  readonly made: string[];
  /** Of the same proofs: what kind, whose layer by the first public input, and with which key. */
  readonly proven: { readonly kind: string; readonly layerId: Field; readonly keyHash: Field }[];
  /** Milliseconds that a proof takes that is refused then. */
  refusalMilliseconds: number;
  /** Blocks that were tried in vain, and those of which nobody wanted to know it any more. */
  readonly refusals: number[];
  readonly cancelled: number[];
};

/** "Proves" whatever was expected, except blocks that `refuses` names by their layer and number in its inputs. */
export function fakeProver(
  refuses: (inputs: InputMap) => boolean,
  /** Makes the proof that L1 gets. */
  proveSettlement: (expect: readonly Field[]) => Promise<Uint8Array> = async () => new Uint8Array([1]),
): FakeProver {
  const made: string[] = [];
  const proven: FakeProver["proven"] = [];
  const prover: FakeProver = {
    made,
    proven,
    refusalMilliseconds: 0,
    refusals: [],
    cancelled: [],
    async prove({ kind, circuit, inputs, expect, signal }) {
      await sleep(5);
      // The proof that stands in the place of others is of no layer.
      if (kind === "block" && inputs.layer_id !== undefined && refuses(inputs)) {
        const number = Number(inputs.time as string);
        await new Promise<void>((resolve, reject) => {
          const stop = () => reject(prover.cancelled.push(number));
          signal?.addEventListener("abort", stop);
          setTimeout(() => {
            signal?.removeEventListener("abort", stop);
            resolve();
          }, prover.refusalMilliseconds);
        });
        prover.refusals.push(number);
        throw new UnprovableError({ what: circuit.name, reason: "it is unsatisfiable" });
      }
      made.push(kind);
      proven.push({ kind, layerId: expect[0]!, keyHash: circuit.key.hash });
      const proofBytes = kind === "settlement" ? await proveSettlement(expect) : new Uint8Array();
      return { publicInputs: expect, proof: [], proofBytes, seconds: 1 };
    },
    verify: async () => false,
    forget: async () => {},
    status: () => ({ waiting: 0, running: 0, failed: 0, workers: 1 }),
  };
  return prover;
}
