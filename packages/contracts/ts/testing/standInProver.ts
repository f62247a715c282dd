import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { BackendType, Barretenberg } from "@aztec/bb.js";
import { type Field, fieldToHex } from "@frond/foundation";
import { createPointPowers } from "@frond/foundation/node";
import { Noir } from "@noir-lang/noir_js";
import { compile, createFileManager } from "@noir-lang/noir_wasm";
import { bytesToHex, type Hex } from "viem";

/** The public inputs of a settlement: rootIn, rootOut, window, c, z, y, dataLow, dataHigh (docs/protocol.md 7). */
export type SettlementPublicInputs = readonly [Field, Field, Field, Field, Field, Field, Field, Field];

/** A prover for the contract's tests. The real circuits also implement this interface. */
export type StandInProver<PublicInputs = readonly Field[]> = {
  verifierSource: string;
  prove(publicInputs: PublicInputs): Promise<Hex>;
  close(): Promise<void>;
};

/** One proof for the EVM without zero knowledge, checked by the optimized verifier. */
const settings = {
  ipaAccumulation: false,
  oracleHashType: "keccak",
  disableZk: true,
  optimizedSolidityVerifier: true,
} as const;

/** Enough points for a circuit of a few gates. */
const points = 2 ** 12 + 1;

export type SettlementProver = StandInProver<SettlementPublicInputs>;

/**
 * Creates a prover over powers of tau = 5, for a circuit that has the public inputs of the settlement circuit or of the
 * escape circuit, and no relevant constraints. `otherCircuit` makes proofs that the contract must refuse. The start
 * takes about three seconds, a proof milliseconds.
 */
export async function createStandInProver(
  circuit: "circuit" | "otherCircuit" | "escapeCircuit" = "circuit",
): Promise<StandInProver> {
  const directory = mkdtempSync(join(tmpdir(), "frond-contracts-"));
  writeReferenceString(directory);
  const files = createFileManager(fileURLToPath(new URL(circuit, import.meta.url)));
  const { program } = await compile(files, undefined, ignore, ignore);
  const bytecode = gunzipSync(Buffer.from(program.bytecode, "base64"));
  const api = await startBackend(directory);
  const { bytes: verificationKey } = await api.circuitComputeVk({ circuit: { name: circuit, bytecode }, settings });
  const { solidityCode } = await api.circuitWriteSolidityVerifier({ verificationKey, settings });
  return {
    verifierSource: withTauG2(solidityCode),
    prove: async (publicInputs) => {
      const { witness } = await new Noir(program).execute(
        Object.fromEntries(program.abi.parameters.map(({ name }, i) => [name, fieldToHex(publicInputs[i]!)])),
      );
      const { proof } = await api.circuitProve({
        witness: gunzipSync(witness),
        circuit: { name: circuit, bytecode, verificationKey },
        settings,
      });
      return bytesToHex(Buffer.concat(proof));
    },
    close: async () => {
      await api.destroy();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Drops the compiler's progress messages. */
function ignore(): void {}

/** bb reads the path of the reference string from an environment variable at its start. */
async function startBackend(referenceString: string): Promise<Barretenberg> {
  const before = process.env.CRS_PATH;
  process.env.CRS_PATH = referenceString;
  try {
    return await Barretenberg.new({ backend: BackendType.NativeUnixSocket, bbPath: bbPath(), threads: 1 });
  } finally {
    if (before === undefined) delete process.env.CRS_PATH;
    else process.env.CRS_PATH = before;
  }
}

function bbPath(): string {
  const main = createRequire(import.meta.url).resolve("@aztec/bb.js");
  const root = main.slice(0, main.lastIndexOf("bb.js") + "bb.js".length);
  const architecture = process.arch === "x64" ? "amd64" : "arm64";
  const platform = process.platform === "darwin" ? "macos" : "linux";
  return join(root, "build", `${architecture}-${platform}`, "bb");
}

/** Writes the powers of tau = 5 in bb's format. */
function writeReferenceString(directory: string): void {
  writeFileSync(join(directory, "bn254_g1.dat"), createPointPowers(5)({ start: 0, count: points }));
  writeFileSync(join(directory, "bn254_g2.dat"), Buffer.from(tauG2.join(""), "hex"));
}

/** 5 * G2: x.c0, x.c1, y.c0, y.c1. */
const tauG2 = [
  "2e539c423b302d13f4e5773c603948eaf5db5df8ae8a9a9113708390a06410d8",
  "0a09ccf561b55fd99d1c1208dee1162457b57ac5af3759d50671e510e428b2a1",
  "2f8d9f9ab83727c77a2fec063cb7b6e5eb23044ccf535ad49d46d394fb6f6bf6",
  "19b763513924a736e4eebd0d78c91c1bc1d657fee4214057d21414011cfcc763",
] as const;

/**
 * The first bytes of the words of the Ignition ceremony's [tau]G2, in the same order. The generated verifier contains
 * each word once.
 */
const ignitionTauG2 = ["0118c4d5", "260e01b2", "22febda3", "04fc6369"] as const;

function withTauG2(source: string): string {
  return ignitionTauG2.reduce((text, start, i) => {
    const parts = text.split(new RegExp(`0x${start}[0-9a-f]{56}`));
    if (parts.length !== 2) throw new Error(`The verifier names the word 0x${start} ${parts.length - 1} times.`);
    return parts.join(`0x${tauG2[i]}`);
  }, source);
}
