import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CompileOptions, compileContracts } from "./compileContracts.ts";

/** Where the generated ABIs are committed. */
export const abiFile = fileURLToPath(new URL("abi.generated.ts", import.meta.url));

/** The text of `abi.generated.ts`: the ABIs of Settlement, TestToken and the verifier interface as constants, which viem turns into types. */
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

/** Writes `abi.generated.ts` again. */
export function writeAbi(): void {
  writeFileSync(abiFile, generateAbi());
}
