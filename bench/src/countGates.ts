import { BackendType, Barretenberg } from "@aztec/bb.js";
import { type CircuitSource, librarySources } from "@frond/circuits";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { compileCircuit, createReferenceString, type ReferenceString } from "@frond/prover";

export type GateCounter = {
  /** Gates of a circuit whose proof another circuit verifies, or of one whose proof L1 does. */
  count(source: CircuitSource, verifiedBy?: "circuit" | "L1"): Promise<number>;
  close(): Promise<void>;
};

/** Runs `use` with a counter. */
export async function withGateCounter<T>(use: (counter: GateCounter) => Promise<T>): Promise<T> {
  const counter = await createGateCounter(
    await createReferenceString({ kind: "development", directory: defaultCacheDirectory() }),
  );
  try {
    return await use(counter);
  } finally {
    await counter.close();
  }
}

/** Counts gates with `bb`, without keys or proofs. */
async function createGateCounter(referenceString: Pick<ReferenceString, "bbPath">): Promise<GateCounter> {
  const api = await Barretenberg.new({ backend: BackendType.NativeUnixSocket, bbPath: referenceString.bbPath });
  return {
    async count(source, verifiedBy = "circuit") {
      const { name, bytecode } = await compileCircuit(source, {});
      const { numGates } = await api.circuitStats({
        circuit: { name, bytecode, verificationKey: new Uint8Array() },
        includeGatesPerOpcode: false,
        settings: {
          ipaAccumulation: false,
          oracleHashType: verifiedBy === "circuit" ? "poseidon2" : "keccak",
          disableZk: true,
          optimizedSolidityVerifier: verifiedBy === "L1",
        },
      });
      return numGates;
    },
    close: () => api.destroy(),
  };
}

/** Gates of one more of what `main(n)` has n of, free of fixed costs such as lookup tables. */
export async function slope(counter: GateCounter, name: string, main: (n: number) => string): Promise<number> {
  const [few, many] = [64, 128];
  const low = await counter.count(libraryCircuit(name, main(few)));
  return ((await counter.count(libraryCircuit(name, main(many)))) - low) / (many - few);
}

/** A circuit over the library whose `main.nr` is the given text. */
const libraryCircuit = (name: string, main: string): CircuitSource => ({
  name,
  files: {
    ...librarySources(),
    "bin/Nargo.toml": `[package]\nname = "${name}"\ntype = "bin"\nauthors = [""]\n\n[dependencies]\nfrond = { path = "../lib" }\n`,
    "bin/src/main.nr": main,
  },
});
