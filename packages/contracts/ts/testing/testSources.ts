import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ContractArtifact, compileContracts, compileSources } from "../compileContracts.ts";

/** Misbehaving tokens and receivers, and a harness of the list's library, with what that imports. */
const SOURCES = [
  "HostileContracts.sol",
  "HostileTokens.sol",
  "ListHarness.sol",
  "../../src/SettlementList.sol",
  "../../src/Constants.sol",
];

/**
 * The project's contracts, and those that only tests deploy. They are compiled apart, so that after a change of the
 * project's contracts those of the tests come from the cache.
 */
export function compileTestContracts(): Record<string, ContractArtifact> {
  const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
  const sources = SOURCES.map((path) => [path.split("/").at(-1)!, read(path)]);
  return { ...compileSources(Object.fromEntries(sources)), ...compileContracts() };
}
