import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Contracts that only tests deploy: misbehaving tokens and receivers, and a harness of the list's library. */
export function readTestSources(): Record<string, string> {
  const read = (name: string) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
  return Object.fromEntries(
    ["HostileContracts.sol", "HostileTokens.sol", "ListHarness.sol"].map((name) => [name, read(name)]),
  );
}
