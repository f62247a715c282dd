import type { Target } from "../types.ts";

/** What `bb` calls proof system settings: no zero knowledge, and the hash that the verifier computes cheaply. */
export type Settings = {
  readonly ipaAccumulation: false;
  readonly oracleHashType: "poseidon2" | "keccak";
  readonly disableZk: true;
  readonly optimizedSolidityVerifier: boolean;
};

export function settingsFor(target: Target): Settings {
  const oracleHashType = target === "recursive" ? "poseidon2" : "keccak";
  return { ipaAccumulation: false, oracleHashType, disableZk: true, optimizedSolidityVerifier: false };
}
