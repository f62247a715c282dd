import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CompileOptions, compileContracts } from "./compileContracts.ts";

/** The committed file of generated ABIs. */
export const abiFile = fileURLToPath(new URL("abi.generated.ts", import.meta.url));

/**
 * The text of `abi.generated.ts`: the ABIs of Settlement, TestToken and the verifier interface as constants. viem
 * derives types from these constants.
 */
export function generateAbi(options: CompileOptions = {}): string {
  const contracts = compileContracts(options);
  const constant = (name: string, contract: string) =>
    `export const ${name} = ${JSON.stringify(contracts[contract]!.abi, undefined, 2)} as const;\n`;
  return [
    "// Generated from packages/contracts/src by `npm run generate`. Do not edit.\n",
    constant("settlementAbi", "Settlement"),
    constant("testTokenAbi", "TestToken"),
    constant("verifierAbi", "IVerifier"),
  ].join("\n");
}

/** Rewrites `abi.generated.ts`. */
export function writeAbi(): void {
  writeFileSync(abiFile, generateAbi());
}
