import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Abi } from "viem";
import { type CompileOptions, compileContracts } from "./compileContracts.ts";

/** The committed file of generated ABIs. */
export const abiFile = fileURLToPath(new URL("abi.generated.ts", import.meta.url));

/** What accounts call and read of Settlement, and what it tells of that: pages load no more of its ABI. */
const OF_ACCOUNTS: readonly string[] = [
  ...["depositEther", "depositToken", "depositCount", "deposits", "takeBack", "DepositQueued", "DepositTakenBack"],
  ...["claim", "claimFor", "credits", "CreditClaimed"],
  ...["assetOf", "registerToken", "registrationPrice", "AssetRegistered"],
  ...["force", "forcedPrice", "forcedSeconds", "TransactionForced"],
  ...["layerStatus", "layers", "freezesDone", "freezesDemanded", "freezeQueue", "FREEZES_PER_EPOCH"],
  ...["root", "epoch", "settledUntil"],
  ...["escape", "claimPaid", "escaped", "rootKnown", "developmentReferenceString", "Escaped"],
];

/**
 * The text of `abi.generated.ts`: the ABIs of Settlement, of its part for accounts, of TestToken and of the verifier
 * interface as constants. viem derives types from these constants.
 */
export function generateAbi(options: CompileOptions = {}): string {
  const contracts = compileContracts(options);
  const constant = (name: string, abi: Abi) =>
    `export const ${name} = ${JSON.stringify(abi, undefined, 2)} as const;\n`;
  const abiOf = (contract: string) => contracts[contract]!.abi;
  const isOfAccounts = (item: Abi[number]) =>
    item.type === "error" || ("name" in item && OF_ACCOUNTS.includes(item.name));
  return [
    "// Generated from packages/contracts/src by `npm run generate`. Do not edit.\n",
    constant("settlementAbi", abiOf("Settlement")),
    constant("accountAbi", abiOf("Settlement").filter(isOfAccounts)),
    constant("testTokenAbi", abiOf("TestToken")),
    constant("verifierAbi", abiOf("IVerifier")),
  ].join("\n");
}

/** Rewrites `abi.generated.ts`. */
export function writeAbi(): void {
  writeFileSync(abiFile, generateAbi());
}
