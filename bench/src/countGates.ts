import { BackendType, Barretenberg } from "@aztec/bb.js";
import { type CircuitSource, librarySources } from "@frond/circuits";
import { compileCircuit, type ReferenceString } from "@frond/prover";

export type GateCounter = {
  /** Gates of a circuit that is verified by another circuit. */
  count(source: CircuitSource): Promise<number>;
  close(): Promise<void>;
};

/** Counts gates with `bb`, without keys or proofs. */
export async function createGateCounter(referenceString: Pick<ReferenceString, "bbPath">): Promise<GateCounter> {
  const api = await Barretenberg.new({ backend: BackendType.NativeUnixSocket, bbPath: referenceString.bbPath });
  return {
    async count(source) {
      const { name, bytecode } = await compileCircuit(source, {});
      const { numGates } = await api.circuitStats({
        circuit: { name, bytecode, verificationKey: new Uint8Array() },
        includeGatesPerOpcode: false,
        settings: {
          ipaAccumulation: false,
          oracleHashType: "poseidon2",
          disableZk: true,
          optimizedSolidityVerifier: false,
        },
      });
      return numGates;
    },
    close: () => api.destroy(),
  };
}

/** A circuit over the library whose `main.nr` is the given text. */
export const libraryCircuit = (name: string, main: string): CircuitSource => ({
  name,
  files: {
    ...librarySources(),
    "bin/Nargo.toml": `[package]\nname = "${name}"\ntype = "bin"\nauthors = [""]\n\n[dependencies]\nfrond = { path = "../lib" }\n`,
    "bin/src/main.nr": main,
  },
});
